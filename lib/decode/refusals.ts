// Which of the refusals of a chain say something about a payload. Most decoders only look at the
// first bytes or at the length and see that the payload is none of theirs; the few that took it
// for theirs and then failed are what a reader wants to know.

/** How a decoder says that the payload does not look like one of its own at all. */
const AT_FIRST_SIGHT =
  /^(it does not begin with |it begins neither |it is not \d+ bytes long$|it has \d+ bytes$|it is not a JSON object$|it has no "schema" and "payload"$|it is not just a "schema" |no header names its schema$)/

interface Refusal {
  decoder: string
  reason: string
}

/** The same refusals in the same order, those at first sight apart. */
export function sortRefusals<R extends Refusal>(
  refused: readonly R[],
): { telling: R[]; atFirstSight: R[] } {
  const telling: R[] = []
  const atFirstSight: R[] = []
  for (const one of refused) (AT_FIRST_SIGHT.test(one.reason) ? atFirstSight : telling).push(one)
  return { telling, atFirstSight }
}

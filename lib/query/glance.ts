// A glance at the text of a payload before it is decoded: whether a comparison with one field can
// hold at all, told by what stands behind the field's name wherever the name stands.
//
// It may say yes too often, never no wrongly: whoever looks at JSON later finds the field's value
// behind one of these places. A name counts only when JSON has one way to write it beside \u, and
// a text with \u in it is not judged.

import type { Path } from './condition.ts'

/** Letters, digits, dash and line below are written by themselves, or by \u. */
const PLAIN = /^[\w-]+$/
const NUMBER = /-?\d[\d.eE+-]*/y
const BLANK = /[ \t\n\r]/

/**
 * False when the decoded payload cannot hold a field at `path` for which `test` is true. Undefined
 * when the path does not end in a name that can be looked for.
 */
export function glanceFor(
  path: Path,
  test: (value: unknown) => boolean,
): ((text: string) => boolean) | undefined {
  const last = path.steps.at(-1)
  if (last?.kind !== 'name' || !PLAIN.test(last.name)) return undefined
  const name = `"${last.name}"`
  return (text) => {
    let at = text.indexOf(name)
    if (at < 0) return text.includes('\\u')
    for (; at >= 0; at = text.indexOf(name, at)) {
      at += name.length
      if (mayHold(text, at, test)) return true
    }
    return text.includes('\\u')
  }
}

/** Whether what stands behind a name at `at` may be a value for which the test is true. */
function mayHold(text: string, at: number, test: (value: unknown) => boolean): boolean {
  let from = skipBlanks(text, at)
  if (text[from] !== ':') return false
  from = skipBlanks(text, from + 1)
  switch (text[from]) {
    case '[':
    case '{':
      return true
    case '"': {
      const end = text.indexOf('"', from + 1)
      const content = text.slice(from + 1, end)
      return end < 0 || content.includes('\\') || test(content)
    }
    case 't':
      return test(true)
    case 'f':
      return test(false)
    case 'n':
      return test(null)
    default:
      NUMBER.lastIndex = from
      return test(Number(NUMBER.exec(text)?.[0]))
  }
}

function skipBlanks(text: string, at: number): number {
  let from = at
  while (from < text.length && BLANK.test(text.charAt(from))) from++
  return from
}

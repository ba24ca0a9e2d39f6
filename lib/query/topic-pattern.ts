// Patterns of topics' names, in which * stands for any characters. Tested in time that grows with
// the length of the name only, whatever the pattern is.

/** A pattern without * is the name itself. */
export function matchesTopicPattern(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return pattern === name
  const [first = '', ...rest] = pattern.split(/\*+/)
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  // Each piece at the first place where it stands: if that does not fit, no other does.
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}

// A JSON document as a tree that keeps everything the text says: numbers as written, members in
// their order, duplicate names. JSON.parse would round 64-bit numbers, reorder names that look
// like numbers, drop duplicates, and let "__proto__" set a prototype. Whatever is not JSON by
// RFC 8259 throws a SyntaxError that names the position.

export type JsonNode =
  | { kind: 'object'; members: { name: string; node: JsonNode }[] }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'string'; value: string }
  /** The number as written. */
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }

/** Deeper documents are refused rather than risking the stack. */
const depthMax = 500

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
export function parseJsonTree(text: string): JsonNode {
  let at = 0

  function take(pattern: RegExp): string | null {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return null
    at = pattern.lastIndex
    return match[0]
  }

  function fail(): never {
    throw new SyntaxError(
      at >= text.length ? 'The text ends too early' : `Unexpected character at position ${at}`,
    )
  }

  function expect(character: string): void {
    take(space)
    if (text[at] !== character) fail()
    at += 1
  }

  function takeIf(character: string): boolean {
    take(space)
    if (text[at] !== character) return false
    at += 1
    return true
  }

  /** Finds the end here; what stands between is left to JSON.parse, which knows all escapes. */
  function takeString(): string {
    expect('"')
    const start = at - 1
    while (text[at] !== '"') {
      if (at >= text.length) fail()
      at += text[at] === '\\' ? 2 : 1
    }
    at += 1
    return JSON.parse(text.slice(start, at)) as string
  }

  function takeWord(word: string, node: JsonNode): JsonNode {
    if (!text.startsWith(word, at)) fail()
    at += word.length
    return node
  }

  function takeMembers(depth: number): JsonNode {
    const members: { name: string; node: JsonNode }[] = []
    if (takeIf('}')) return { kind: 'object', members }
    do {
      const name = takeString()
      expect(':')
      members.push({ name, node: takeValue(depth + 1) })
    } while (takeIf(','))
    expect('}')
    return { kind: 'object', members }
  }

  function takeItems(depth: number): JsonNode {
    const items: JsonNode[] = []
    if (takeIf(']')) return { kind: 'array', items }
    do items.push(takeValue(depth + 1))
    while (takeIf(','))
    expect(']')
    return { kind: 'array', items }
  }

  function takeValue(depth: number): JsonNode {
    if (depth > depthMax) throw new SyntaxError(`Nested deeper than ${depthMax} levels`)
    take(space)
    switch (text[at]) {
      case '{':
        at += 1
        return takeMembers(depth)
      case '[':
        at += 1
        return takeItems(depth)
      case '"':
        return { kind: 'string', value: takeString() }
      case 't':
        return takeWord('true', { kind: 'boolean', value: true })
      case 'f':
        return takeWord('false', { kind: 'boolean', value: false })
      case 'n':
        return takeWord('null', { kind: 'null' })
      default: {
        const digits = take(number)
        return digits === null ? fail() : { kind: 'number', text: digits }
      }
    }
  }

  const root = takeValue(0)
  take(space)
  if (at !== text.length) fail()
  return root
}

// Where in a JSON text something stands: by the path to it, or by a position, as line and column.

export interface TextPlace {
  /** From 1. */
  line: number
  /** From 1. */
  column: number
}

export function placeOf(text: string, position: number): TextPlace {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return { line, column: position - before.lastIndexOf('\n') }
}

/**
 * Where the value at the path begins; of a path that leads nowhere, where its last step that is
 * there begins. `text` is valid JSON.
 */
export function placeOfPath(text: string, path: readonly (string | number)[]): TextPlace {
  return placeOf(text, find(text, skipSpace(text, 0), path))
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gy

function skipSpace(text: string, at: number): number {
  let next = at
  while (/\s/.test(text[next] ?? '')) next++
  return next
}

function find(text: string, begin: number, path: readonly (string | number)[]): number {
  let at = begin
  for (const step of path) {
    const inner = typeof step === 'number' ? itemAt(text, at, step) : memberAt(text, at, step)
    if (inner === undefined) return at
    at = inner
  }
  return at
}

function memberAt(text: string, begin: number, name: string): number | undefined {
  if (text[begin] !== '{') return undefined
  let at = skipSpace(text, begin + 1)
  let found: number | undefined
  while (text[at] === '"') {
    const end = skipValue(text, at)
    const value = skipSpace(text, skipSpace(text, end) + 1)
    if (JSON.parse(text.slice(at, end)) === name) found = value
    at = skipSpace(text, skipValue(text, value))
    if (text[at] !== ',') break
    at = skipSpace(text, at + 1)
  }
  return found
}

function itemAt(text: string, begin: number, index: number): number | undefined {
  if (text[begin] !== '[') return undefined
  let at = skipSpace(text, begin + 1)
  for (let left = index; left > 0; left--) {
    at = skipSpace(text, skipValue(text, at))
    if (text[at] !== ',') return undefined
    at = skipSpace(text, at + 1)
  }
  return text[at] === ']' ? undefined : at
}

/** The end of the value that begins here. */
function skipValue(text: string, begin: number): number {
  let depth = 0
  TOKEN.lastIndex = begin
  for (;;) {
    TOKEN.lastIndex = skipSpace(text, TOKEN.lastIndex)
    const token = TOKEN.exec(text)?.[0]
    if (token === undefined) return text.length
    const end = TOKEN.lastIndex
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    if (depth <= 0) return end
    TOKEN.lastIndex = end
  }
}

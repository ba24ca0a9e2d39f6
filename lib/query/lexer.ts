// Cuts the text of a condition into tokens, each with its place, so that errors and completion
// can point at characters.

import { QueryError } from './condition.ts'

export type TokenKind =
  | 'word'
  | 'number'
  | 'text'
  | 'regex'
  | 'operator'
  | '('
  | ')'
  | '['
  | ']'
  | ','
  | '.'
  | 'end'

export interface Token {
  kind: TokenKind
  /** Words and operators as written; of a text its content; of a regex its source. */
  text: string
  /** Of a regex. */
  flags?: string
  at: number
  length: number
  /** White space stands before it. */
  spaced: boolean
}

const OPERATORS = ['!=', '<=', '>=', '==', '=', '<', '>', '!', '&&', '||', '~']
const PUNCTUATION = new Set(['(', ')', '[', ']', ',', '.'])
const WORD = /[\p{L}\p{N}_$@%:+*#;?\\|{}^&-]/u
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_$-])/uy
const REGEX_FLAGS = /[a-z]*/y
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** Every token and a last one of kind 'end'. Throws QueryError. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const start = skipSpace(text, at)
    const spaced = start > at || at === 0
    if (start === text.length) {
      tokens.push({ kind: 'end', text: '', at: start, length: 0, spaced })
      return tokens
    }
    const token = { ...readToken(text, start, tokens.at(-1)), spaced }
    tokens.push(token)
    at = token.at + token.length
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at] as string)) at++
  return at
}

function readToken(text: string, at: number, before: Token | undefined): Omit<Token, 'spaced'> {
  const character = text[at] as string
  if (character === '"' || character === "'") return readText(text, at, character)
  if (character === '/') return readRegex(text, at)
  // A number may stand wherever a value may; after a dot it is a name, as in value.1.
  if (before?.kind !== '.') {
    NUMBER.lastIndex = at
    const number = NUMBER.exec(text)
    if (number !== null) return { kind: 'number', text: number[0], at, length: number[0].length }
  }
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at))
  if (operator !== undefined) {
    return { kind: 'operator', text: operator, at, length: operator.length }
  }
  if (PUNCTUATION.has(character)) {
    return { kind: character as TokenKind, text: character, at, length: 1 }
  }
  return readWord(text, at)
}

function readWord(text: string, at: number): Omit<Token, 'spaced'> {
  let end = at
  while (end < text.length && WORD.test(characterAt(text, end)))
    end += characterAt(text, end).length
  if (end === at) {
    throw new QueryError(
      `${JSON.stringify(characterAt(text, at))} means nothing here; put text in quotes to search for it`,
      at,
    )
  }
  return { kind: 'word', text: text.slice(at, end), at, length: end - at }
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) as number)
}

function readText(text: string, at: number, quote: string): Omit<Token, 'spaced'> {
  let content = ''
  let i = at + 1
  while (i < text.length && text[i] !== quote) {
    if (text[i] !== '\\') {
      content += text[i++]
      continue
    }
    const escaped = text[i + 1]
    const hex = /^u[0-9a-fA-F]{4}/.exec(text.slice(i + 1, i + 6))
    if (hex !== null) {
      content += String.fromCharCode(Number.parseInt(hex[0].slice(1), 16))
      i += 6
    } else if (escaped !== undefined) {
      content += ESCAPES[escaped] ?? escaped
      i += 2
    } else {
      i++
    }
  }
  if (i >= text.length) {
    throw new QueryError(`The text that begins here has no closing ${quote}`, at, text.length - at)
  }
  return { kind: 'text', text: content, at, length: i + 1 - at }
}

function readRegex(text: string, at: number): Omit<Token, 'spaced'> {
  let i = at + 1
  let inClass = false
  while (i < text.length && (inClass || text[i] !== '/')) {
    if (text[i] === '\\') i++
    else if (text[i] === '[') inClass = true
    else if (text[i] === ']') inClass = false
    i++
  }
  if (i >= text.length) {
    throw new QueryError(
      'The regular expression that begins here has no closing /',
      at,
      text.length - at,
    )
  }
  const source = text.slice(at + 1, i)
  REGEX_FLAGS.lastIndex = i + 1
  const flags = REGEX_FLAGS.exec(text)?.[0] ?? ''
  checkRegex(source, flags, at, i + 1 + flags.length - at)
  return { kind: 'regex', text: source, flags, at, length: i + 1 + flags.length - at }
}

const FLAGS_ALLOWED = /^[imsu]*$/

/** Throws QueryError for what is no regular expression, or has flags that mean nothing here. */
export function checkRegex(source: string, flags: string, at: number, length: number): void {
  if (!FLAGS_ALLOWED.test(flags)) {
    throw new QueryError(`Of the flags i, m, s and u may be used, not "${flags}"`, at, length)
  }
  if (source === '')
    throw new QueryError('An empty regular expression matches everything', at, length)
  try {
    new RegExp(source, flags)
  } catch (error) {
    throw new QueryError((error as Error).message, at, length)
  }
}

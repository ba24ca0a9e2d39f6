// Cuts a script into tokens. Knows less than JavaScript does: names and white space outside ASCII,
// escapes in names, and whatever else is rare end in NotUnderstood.

export type Token =
  | { kind: 'name'; text: string }
  | { kind: 'sign'; text: string }
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'constant' }
  /** The expressions in a template, each cut into tokens of its own. */
  | { kind: 'template'; parts: readonly (readonly Token[])[] }

/** The script may be valid; it is not for this reader. */
export class NotUnderstood extends Error {}

const BLANK = /(?:[ \t\n\r]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y
const NAME = /[A-Za-z_$][\w$]*/y
const HEX = /0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]([0-7]+)/y
const DECIMAL = /(?:0|[1-9]\d*(?:_\d+)*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/y
const REGEX = /\/(?:\\[^\n\r]|\[(?:\\[^\n\r]|[^\]\\\n\r])*\]|[^/\\[\n\r])+\/[a-z]*/y
const SIGN =
  /=>|\.\.\.|===|!==|==|!=|>>>|>>|<<|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\*\*|[-+*/%<>!~?:.,()[\]{}&|^]/y
/** Signs that this reader has no use for, and that would be misread as two of those above. */
const FOREIGN = /\+\+|--|(?:\*\*|>>>|>>|<<|&&|\|\||\?\?|[-+*/%&|^])=(?!=)/y

export function tokensOf(source: string): Token[] {
  const reader = new TokenReader(source)
  const tokens = reader.until('')
  if (!reader.isAtEnd) throw new NotUnderstood()
  return tokens
}

class TokenReader {
  private readonly source: string
  private at = 0

  constructor(source: string) {
    this.source = source
  }

  get isAtEnd(): boolean {
    return this.at >= this.source.length
  }

  /** Tokens up to the brace that closes a part of a template, or up to the end. */
  until(close: '' | '}'): Token[] {
    const tokens: Token[] = []
    let depth = 0
    for (;;) {
      this.match(BLANK)
      if (this.isAtEnd) return tokens
      if (close === '}' && depth === 0 && this.source[this.at] === '}') return tokens
      const token = this.next(tokens.at(-1))
      if (token.kind === 'sign' && token.text === '{') depth++
      if (token.kind === 'sign' && token.text === '}') depth--
      tokens.push(token)
    }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source)
    if (found === null || found[0] === '') return undefined
    this.at += found[0].length
    return found
  }

  private next(before: Token | undefined): Token {
    const first = this.source[this.at] ?? ''
    if (first === '"' || first === "'") return { kind: 'text', value: this.text(first) }
    if (first === '`') return this.template()
    const name = this.match(NAME)
    if (name !== undefined) {
      if (this.source[this.at] === '\\') throw new NotUnderstood()
      return { kind: 'name', text: name[0] }
    }
    if (/[\d]/.test(first) || /^\.\d/.test(this.source.slice(this.at, this.at + 2))) {
      return this.number()
    }
    if (first === '/' && !endsOperand(before)) {
      if (this.match(REGEX) === undefined) throw new NotUnderstood()
      return { kind: 'constant' }
    }
    if (this.match(FOREIGN) !== undefined) throw new NotUnderstood()
    const sign = this.match(SIGN)
    if (sign === undefined) throw new NotUnderstood()
    return { kind: 'sign', text: sign[0] }
  }

  private number(): Token {
    const found = this.match(HEX) ?? this.match(DECIMAL)
    if (found === undefined) throw new NotUnderstood()
    if (this.source[this.at] === 'n') {
      this.at++
      return { kind: 'constant' }
    }
    // A name or digit right behind a number is a mistake, or an old octal number.
    if (/[\w$.]/.test(this.source[this.at] ?? '')) throw new NotUnderstood()
    return { kind: 'number', value: Number(found[0].replaceAll('_', '')) }
  }

  private text(quote: string): string {
    let value = ''
    for (this.at++; ; this.at++) {
      const char = this.source[this.at]
      if (char === undefined || char === '\n' || char === '\r') throw new NotUnderstood()
      if (char === quote) break
      value += char === '\\' ? this.escape() : char
    }
    this.at++
    return value
  }

  /** Stands on the last character of the escape afterwards. */
  private escape(): string {
    this.at++
    const char = this.source[this.at] ?? ''
    const simple = SIMPLE_ESCAPES[char]
    if (simple !== undefined) return simple
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(
      this.source.slice(this.at, this.at + 5),
    )
    if (code === null) throw new NotUnderstood()
    this.at += code[0].length - 1
    return String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16))
  }

  private template(): Token {
    const parts: Token[][] = []
    for (this.at++; ; this.at++) {
      const char = this.source[this.at]
      if (char === undefined) throw new NotUnderstood()
      if (char === '\\') this.at++
      else if (char === '`') break
      else if (char === '$' && this.source[this.at + 1] === '{') {
        this.at += 2
        parts.push(this.until('}'))
      }
    }
    this.at++
    return { kind: 'template', parts }
  }
}

const SIMPLE_ESCAPES: Partial<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
  '.': '.',
  '-': '-',
}

/** Whether a slash behind the token divides; else it begins a regular expression. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false
  if (token.kind === 'sign') return [')', ']', '}'].includes(token.text)
  return (
    token.kind !== 'name' || !['typeof', 'void', 'in', 'instanceof', 'new'].includes(token.text)
  )
}

// Reads a condition from its text.
//
//   or        = and { ("or" | "||") and }
//   and       = not { ("and" | "&&") not }
//   not       = ("not" | "!") not | "(" or ")" | term
//   term      = text | regex | words                     anywhere in the record
//             | path operator literal                    value.amount > 100
//             | path "contains" text | path "matches" regex | path "in" "(" literal {, literal} ")"
//             | path "exists" | "exists" path
//             | ("key" | "value") "is" ["not"] ("null" | "tombstone")
//             | "js:" everything to the end
//   path      = root { "." name | "[" (number | text | nothing) "]" }
//
// Words that are no path and have no operator are searched as text: `order 4711` finds the text
// "order 4711". A text with ~ before it is searched without regard to case: ~"Order".

import {
  type Condition,
  type Literal,
  type Operator,
  type Path,
  QueryError,
  type Root,
  type Step,
} from './condition.ts'
import { type Token, type TokenKind, tokenize } from './lexer.ts'

const CONDITION_LENGTH_MAX = 20_000
const DEPTH_MAX = 100
const SCRIPT = /^\s*js:/

const ROOTS: Record<string, Root> = {
  key: 'key',
  value: 'value',
  header: 'header',
  headers: 'header',
  offset: 'offset',
  partition: 'partition',
  timestamp: 'timestamp',
  topic: 'topic',
  size: 'size',
}

export const COMPARISONS: Record<string, Operator> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '~': 'matches',
  contains: 'contains',
  matches: 'matches',
  in: 'in',
}

const RESERVED = new Set(['and', 'or', 'not', 'exists', 'is', 'contains', 'matches', 'in'])

/** Undefined for a text with nothing in it. Throws QueryError. */
export function parseCondition(text: string): Condition | undefined {
  if (text.length > CONDITION_LENGTH_MAX) {
    throw new QueryError(
      `A condition has at most ${CONDITION_LENGTH_MAX} characters`,
      CONDITION_LENGTH_MAX,
    )
  }
  const script = SCRIPT.exec(text)
  if (script !== null) {
    const source = text.slice(script[0].length).trim()
    if (source === '') throw new QueryError('After js: an expression is missing', text.length)
    return { kind: 'script', source }
  }
  const parser = new Parser(tokenize(text))
  return parser.whole()
}

class Parser {
  private readonly tokens: Token[]
  private position = 0
  private depth = 0

  constructor(tokens: Token[]) {
    this.tokens = tokens
  }

  private get token(): Token {
    return this.tokens[this.position] as Token
  }

  private peek(ahead: number): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)] as Token
  }

  private next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.position++
    return token
  }

  private fail(message: string, token = this.token): never {
    throw new QueryError(message, token.at, token.length)
  }

  private is(kind: TokenKind): boolean {
    return this.token.kind === kind
  }

  private isWord(...words: string[]): boolean {
    return this.is('word') && words.includes(this.token.text.toLowerCase())
  }

  private isOperator(text: string): boolean {
    return this.is('operator') && this.token.text === text
  }

  whole(): Condition | undefined {
    if (this.is('end')) return undefined
    const condition = this.or()
    if (!this.is('end')) {
      this.fail(
        this.is(')')
          ? 'This ")" closes nothing'
          : 'Between two conditions "and" or "or" is missing',
      )
    }
    return condition
  }

  private or(): Condition {
    const parts = [this.and()]
    while (this.isWord('or') || this.isOperator('||')) {
      this.next()
      parts.push(this.and())
    }
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'or', parts }
  }

  private and(): Condition {
    const parts = [this.not()]
    while (this.isWord('and') || this.isOperator('&&')) {
      this.next()
      parts.push(this.not())
    }
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'and', parts }
  }

  private not(): Condition {
    if (++this.depth > DEPTH_MAX) this.fail(`Conditions nest at most ${DEPTH_MAX} deep`)
    try {
      if (this.isWord('not') || this.isOperator('!')) {
        this.next()
        return { kind: 'not', part: this.not() }
      }
      if (this.is('(')) {
        const open = this.next()
        const inner = this.or()
        if (!this.is(')')) this.fail('This "(" is not closed', open)
        this.next()
        return inner
      }
      return this.term()
    } finally {
      this.depth--
    }
  }

  private term(): Condition {
    const { token } = this
    if (token.kind === 'end') this.fail('A condition is missing here')
    if (token.kind === 'text') return this.textAnywhere(false)
    if (this.isOperator('~')) {
      this.next()
      if (!this.is('text')) this.fail('After ~ comes text in quotes')
      return this.textAnywhere(true)
    }
    if (token.kind === 'regex') {
      this.next()
      return { kind: 'regex', part: 'any', source: token.text, flags: token.flags ?? '' }
    }
    if (this.isWord('exists')) {
      this.next()
      return { kind: 'exists', path: this.path() }
    }
    if (this.beginsPath()) return this.comparison(this.path())
    if (token.kind === 'word' || token.kind === 'number') return this.words()
    return this.fail(`"${token.text}" cannot begin a condition`)
  }

  private textAnywhere(ignoreCase: boolean): Condition {
    const token = this.next()
    if (token.text === '') this.fail('An empty text is in every record', token)
    return { kind: 'text', part: 'any', needle: token.text, ignoreCase }
  }

  /** A root, and behind it something that belongs to a path or a comparison. */
  private beginsPath(): boolean {
    if (!this.is('word') || ROOTS[this.token.text] === undefined) return false
    const after = this.peek(1)
    if ((after.kind === '.' || after.kind === '[') && !after.spaced) return true
    if (after.kind === 'operator') return COMPARISONS[after.text] !== undefined
    return (
      after.kind === 'word' &&
      ['contains', 'matches', 'in', 'is', 'exists', 'not'].includes(after.text.toLowerCase())
    )
  }

  private path(): Path {
    const first = this.next()
    const root = first.kind === 'word' ? ROOTS[first.text] : undefined
    if (root === undefined) {
      this.fail(
        `A path begins with ${Object.keys(ROOTS).join(', ')}; did you mean value.${first.text}?`,
        first,
      )
    }
    const steps: Step[] = []
    while ((this.is('.') || this.is('[')) && !this.token.spaced) {
      const step = this.step()
      if (step === 'size') return { root: root === 'key' ? 'keySize' : 'size', steps: [] }
      steps.push(step)
    }
    if (root === 'header' && steps[0]?.kind !== 'name') {
      this.fail('After header comes its name, as in header.trace or header["trace id"]', first)
    }
    if (steps.length > 0 && root !== 'key' && root !== 'value' && root !== 'header') {
      this.fail(`${root} has no parts`, first)
    }
    return { root, steps }
  }

  private step(): Step | 'size' {
    if (this.next().kind === '.') {
      const name = this.next()
      if (name.kind !== 'word' && name.kind !== 'number') this.fail('After "." comes a name', name)
      if (name.text === 'size' && this.is('(') && this.peek(1).kind === ')') {
        this.next()
        this.next()
        return 'size'
      }
      return { kind: 'name', name: name.text }
    }
    const inside = this.next()
    if (inside.kind === ']') return { kind: 'index', index: null }
    if (!this.is(']')) this.fail('Here "]" is missing')
    this.next()
    if (inside.kind === 'text') return { kind: 'name', name: inside.text }
    if (inside.kind === 'number' && /^\d{1,9}$/.test(inside.text)) {
      return { kind: 'index', index: Number(inside.text) }
    }
    if (inside.text === '*') return { kind: 'index', index: null }
    return this.fail('In brackets stands an index, a name in quotes, or nothing for any', inside)
  }

  private comparison(path: Path): Condition {
    if (this.isWord('exists')) {
      this.next()
      return { kind: 'exists', path }
    }
    if (this.isWord('is')) return this.isNull(path)
    if (this.isWord('not')) {
      this.next()
      if (!this.isWord('in', 'contains', 'matches', 'exists')) {
        this.fail('After "not" comes in, contains, matches or exists')
      }
      return { kind: 'not', part: this.comparison(path) }
    }
    const token = this.token
    const operator = COMPARISONS[token.text.toLowerCase()]
    if (operator === undefined || (token.kind !== 'operator' && token.kind !== 'word')) {
      this.fail('Here a comparison is missing: = != < <= > >= contains matches in exists')
    }
    this.next()
    if (operator === 'in') return { kind: 'compare', path, operator, operands: this.list() }
    const operandToken = this.token
    const operand = this.literal()
    if (operator === 'matches') return this.matches(path, operand, operandToken)
    if (operator === 'contains') return this.contains(path, operand, operandToken)
    if (operand.kind === 'regex') {
      this.fail(
        'A regular expression goes with "matches", as in value.name matches /a/',
        operandToken,
      )
    }
    return { kind: 'compare', path, operator, operands: [operand] }
  }

  private isNull(path: Path): Condition {
    const start = this.next()
    const negated = this.isWord('not')
    if (negated) this.next()
    const word = this.next()
    const isKind = word.kind === 'word' && ['null', 'tombstone'].includes(word.text.toLowerCase())
    if (!isKind) this.fail('After "is" comes null or tombstone', word)
    if (path.steps.length > 0) {
      const compare: Condition = {
        kind: 'compare',
        path,
        operator: negated ? '!=' : '=',
        operands: [{ kind: 'null' }],
      }
      return compare
    }
    if (path.root !== 'key' && path.root !== 'value') this.fail(`${path.root} is never null`, start)
    const condition: Condition = { kind: 'isNull', part: path.root }
    return negated ? { kind: 'not', part: condition } : condition
  }

  private matches(path: Path, operand: Literal, token: Token): Condition {
    if (operand.kind !== 'regex') {
      this.fail('After "matches" comes a regular expression between slashes, as in /ab+c/i', token)
    }
    const whole = wholePart(path)
    if (whole === undefined)
      return { kind: 'compare', path, operator: 'matches', operands: [operand] }
    return { kind: 'regex', ...whole, source: operand.source, flags: operand.flags }
  }

  private contains(path: Path, operand: Literal, token: Token): Condition {
    if (operand.kind === 'regex') this.fail('A regular expression goes with "matches"', token)
    const whole = wholePart(path)
    if (whole === undefined || (operand.kind !== 'text' && operand.kind !== 'number')) {
      return { kind: 'compare', path, operator: 'contains', operands: [operand] }
    }
    if (operand.text === '') this.fail('An empty text is in every record', token)
    return { kind: 'text', ...whole, needle: operand.text, ignoreCase: false }
  }

  private list(): Literal[] {
    if (!this.is('(')) this.fail('After "in" comes a list, as in (1, 2, 3)')
    this.next()
    const values = [this.literal()]
    while (this.is(',')) {
      this.next()
      values.push(this.literal())
    }
    if (!this.is(')')) this.fail('Here "," or ")" is missing')
    this.next()
    return values
  }

  private literal(): Literal {
    const token = this.next()
    switch (token.kind) {
      case 'text':
        return { kind: 'text', text: token.text }
      case 'number':
        return { kind: 'number', text: token.text }
      case 'regex':
        return { kind: 'regex', source: token.text, flags: token.flags ?? '' }
      case 'word':
        return this.wordLiteral(token)
      default:
        return this.fail(
          'Here a value is missing: a number, a text in quotes, true, false or null',
          token,
        )
    }
  }

  private wordLiteral(token: Token): Literal {
    if (RESERVED.has(token.text.toLowerCase())) {
      this.fail(`A value is missing before "${token.text}"`, token)
    }
    if (token.text === 'true' || token.text === 'false') {
      return { kind: 'boolean', value: token.text === 'true' }
    }
    if (token.text === 'null') return { kind: 'null' }
    return { kind: 'text', text: token.text }
  }

  /** Neighbouring words are one text, with the white space as one blank between them. */
  private words(): Condition {
    const first = this.token
    let needle = ''
    while (
      (this.is('word') || this.is('number') || this.is('.')) &&
      !this.isWord('and', 'or') &&
      !(needle !== '' && this.beginsPath())
    ) {
      const token = this.next()
      needle += needle !== '' && token.spaced ? ` ${token.text}` : token.text
    }
    if (this.is('operator') && COMPARISONS[this.token.text] !== undefined) {
      this.fail(
        `"${needle}" is no field; fields begin with value, key or header, as in value.${needle}`,
        first,
      )
    }
    return { kind: 'text', part: 'any', needle, ignoreCase: false }
  }
}

/** A path that is a whole key, value or header, which text and regular expressions may look at. */
function wholePart(path: Path): { part: 'key' | 'value' | 'header'; header?: string } | undefined {
  const [first] = path.steps
  if (path.root === 'header' && path.steps.length === 1 && first?.kind === 'name') {
    return { part: 'header', header: first.name }
  }
  return (path.root === 'key' || path.root === 'value') && path.steps.length === 0
    ? { part: path.root }
    : undefined
}

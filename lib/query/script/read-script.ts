// Reads a script that is known to be a valid JavaScript expression.

import { type Expression, ungrouped } from './syntax.ts'
import { NotUnderstood, type Token, tokensOf } from './tokens.ts'

/** More than anybody writes, and shallow enough for the stack of any thread. */
const DEPTH_MAX = 100
const LENGTH_MAX = 4_000

/** What `source` says; undefined when it is not understood here. Of an invalid one, anything. */
export function readScript(source: string): Expression | undefined {
  if (source.length > LENGTH_MAX) return undefined
  try {
    return new ScriptReader(tokensOf(source)).whole()
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

/** From loose to tight. */
const BINARY: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!=', '===', '!=='],
  ['<', '>', '<=', '>=', 'in', 'instanceof'],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/', '%'],
]
const UNARY = ['!', '-', '+', '~', 'typeof', 'void']
const FOREIGN_NAMES = new Set(
  `arguments async await break case catch class const continue debugger default delete do else enum
  eval export extends finally for function if import let return static super switch this throw try
  var while with yield`.split(/\s+/),
)

class ScriptReader {
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  whole(): Expression {
    const expression = this.expression()
    if (this.at < this.tokens.length) throw new NotUnderstood()
    return expression
  }

  private expression(): Expression {
    if (++this.depth > DEPTH_MAX) throw new NotUnderstood()
    const expression = this.arrow() ?? this.conditional()
    this.depth--
    return expression
  }

  /** Whether the next token is one of the signs, or words that are operators. */
  private isAt(...signs: string[]): boolean {
    const token = this.tokens[this.at]
    if (token?.kind !== 'sign' && token?.kind !== 'name') return false
    return signs.includes(token.text)
  }

  private skip(sign: string): boolean {
    if (!this.isAt(sign)) return false
    this.at++
    return true
  }

  private need(sign: string): void {
    if (!this.skip(sign)) throw new NotUnderstood()
  }

  private name(): string {
    const token = this.tokens[this.at++]
    if (token?.kind !== 'name') throw new NotUnderstood()
    return token.text
  }

  /** Undefined when what follows is no arrow function; then nothing is taken. */
  private arrow(): Expression | undefined {
    const from = this.at
    const names = this.parameters()
    if (names === undefined || !this.skip('=>') || this.isAt('{')) {
      this.at = from
      return undefined
    }
    const isPlain = !this.tokens
      .slice(from, this.at)
      .some((token) => token.kind === 'sign' && ['{', '['].includes(token.text))
    return { kind: 'arrow', names, isPlain, body: this.expression() }
  }

  private parameters(): string[] | undefined {
    const single = this.plainName()
    if (single !== undefined) return [single]
    if (!this.skip('(')) return undefined
    const names: string[] = []
    while (!this.skip(')')) {
      const own = this.parameter()
      if (own === undefined) return undefined
      names.push(...own)
      if (!this.skip(',') && !this.isAt(')')) return undefined
    }
    return names
  }

  /** A name, or a pattern of names alone: `{ a, b }`, `[a, b]`. */
  private parameter(): string[] | undefined {
    const single = this.plainName()
    if (single !== undefined) return [single]
    const close = this.skip('{') ? '}' : this.skip('[') ? ']' : undefined
    if (close === undefined) return undefined
    const names: string[] = []
    while (!this.skip(close)) {
      const name = this.plainName()
      if (name === undefined) return undefined
      names.push(name)
      if (!this.skip(',') && !this.isAt(close)) return undefined
    }
    return names
  }

  private plainName(): string | undefined {
    const token = this.tokens[this.at]
    if (token?.kind !== 'name' || FOREIGN_NAMES.has(token.text)) return undefined
    this.at++
    return token.text
  }

  private conditional(): Expression {
    const test = this.either()
    if (!this.skip('?')) return test
    const yes = this.expression()
    this.need(':')
    return { kind: 'conditional', test, yes, no: this.expression() }
  }

  private either(): Expression {
    let left = this.both()
    while (this.isAt('||', '??')) {
      const operator = this.skip('||') ? '||' : '??'
      if (operator === '??') this.at++
      left = { kind: 'logical', operator, left, right: this.both() }
    }
    return left
  }

  private both(): Expression {
    let left = this.binary(0)
    while (this.skip('&&')) left = { kind: 'logical', operator: '&&', left, right: this.binary(0) }
    return left
  }

  private binary(level: number): Expression {
    const operators = BINARY[level]
    if (operators === undefined) return this.power()
    let left = this.binary(level + 1)
    while (this.isAt(...operators)) {
      const token = this.tokens[this.at++] as { text: string }
      left = { kind: 'binary', operator: token.text, left, right: this.binary(level + 1) }
    }
    return left
  }

  private power(): Expression {
    const left = this.unary()
    if (!this.skip('**')) return left
    return { kind: 'binary', operator: '**', left, right: this.power() }
  }

  private unary(): Expression {
    if (!this.isAt(...UNARY)) return this.chain()
    if (++this.depth > DEPTH_MAX) throw new NotUnderstood()
    const { text: operator } = this.tokens[this.at++] as { text: string }
    const operand = this.unary()
    this.depth--
    return { kind: 'unary', operator, operand }
  }

  private chain(): Expression {
    let object = this.isAt('new') ? this.construction() : this.primary()
    for (;;) {
      const isOptional = this.skip('?.')
      if (this.skip('(')) {
        object = { kind: 'call', callee: object, operands: this.list(')'), isOptional }
      } else if (this.skip('[')) {
        object = this.indexed(object, isOptional)
      } else if (isOptional || this.skip('.')) {
        object = { kind: 'member', object, name: this.name(), isOptional }
      } else if (this.tokens[this.at]?.kind === 'template') {
        throw new NotUnderstood()
      } else return object
    }
  }

  private indexed(object: Expression, isOptional: boolean): Expression {
    const index = this.expression()
    this.need(']')
    const plain = ungrouped(index)
    return plain.kind === 'literal' && typeof plain.value === 'string'
      ? { kind: 'member', object, name: plain.value, isOptional }
      : { kind: 'index', object, index, isOptional }
  }

  /** `new Name(…)`, no more than that. */
  private construction(): Expression {
    this.need('new')
    const name = this.plainName()
    if (name === undefined) throw new NotUnderstood()
    this.need('(')
    return { kind: 'new', callee: { kind: 'name', name }, operands: this.list(')') }
  }

  private list(close: string): Expression[] {
    const parts: Expression[] = []
    while (!this.skip(close)) {
      const isSpread = this.skip('...')
      const part = this.expression()
      parts.push(isSpread ? { kind: 'compound', parts: [part] } : part)
      if (!this.skip(',') && !this.isAt(close)) throw new NotUnderstood()
    }
    return parts
  }

  private primary(): Expression {
    const token = this.tokens[this.at++]
    switch (token?.kind) {
      case 'number':
      case 'text':
        return { kind: 'literal', value: token.value }
      case 'constant':
        return { kind: 'constant' }
      case 'template':
        return {
          kind: 'compound',
          parts: token.parts.map((part) => new ScriptReader(part).whole()),
        }
      case 'name':
        return named(token.text)
      case 'sign':
        return this.bracket(token.text)
      case undefined:
        throw new NotUnderstood()
    }
  }

  private bracket(sign: string): Expression {
    switch (sign) {
      case '(': {
        const inner = this.expression()
        this.need(')')
        return { kind: 'group', inner }
      }
      case '[':
        return { kind: 'list', items: this.list(']') }
      case '{':
        return { kind: 'compound', parts: this.entries() }
      default:
        throw new NotUnderstood()
    }
  }

  /** Of an object: names with values, names alone, spreads. */
  private entries(): Expression[] {
    const parts: Expression[] = []
    while (!this.skip('}')) {
      if (this.skip('...')) parts.push(this.expression())
      else {
        const token = this.tokens[this.at++]
        if (token?.kind !== 'name' && token?.kind !== 'text') throw new NotUnderstood()
        const isAlone = token.kind === 'name' && this.isAt(',', '}')
        if (isAlone) parts.push(named(token.text))
        else {
          // What is called so may be what the object is made from.
          if ('value' in token ? token.value === '__proto__' : token.text === '__proto__') {
            throw new NotUnderstood()
          }
          this.need(':')
          parts.push(this.expression())
        }
      }
      if (!this.skip(',') && !this.isAt('}')) throw new NotUnderstood()
    }
    return parts
  }
}

function named(name: string): Expression {
  switch (name) {
    case 'true':
    case 'false':
      return { kind: 'literal', value: name === 'true' }
    case 'null':
      return { kind: 'literal', value: null }
    default:
      if (FOREIGN_NAMES.has(name) || ['new', 'typeof', 'void', 'in', 'instanceof'].includes(name)) {
        throw new NotUnderstood()
      }
      return { kind: 'name', name }
  }
}

// What a record must be to match: the tree that the query line, the form and the URL all stand for.
//
// Meaning, where it is not obvious:
// - Text and regular expressions look at what the console shows: of plain text and JSON that is
//   the bytes themselves, of a payload decoded by a schema its decoded form.
// - A path that goes through a list without an index ("items[].sku") means any element.
// - A comparison with a value that is absent, null or of another kind is false, and so is its
//   negated operator; `not (…)` is true then. Numbers compare exactly, whatever their size; text
//   that is a decimal number compares with a number as that number.

/** Where a record's parts are: 'any' is key, value, and names and values of headers. */
export type Part = 'any' | 'key' | 'value' | 'header'

/** One step into a decoded value; `index` null is any element of a list. */
export type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number | null }

export type Root =
  | 'key'
  | 'value'
  | 'header'
  | 'offset'
  | 'partition'
  | 'timestamp'
  | 'topic'
  | 'size'
  | 'keySize'

/** `header` has the header's name as its first step. */
export interface Path {
  root: Root
  steps: readonly Step[]
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches' | 'in'

export type Literal =
  /** As it was written, so that no digit is lost. */
  | { kind: 'number'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'regex'; source: string; flags: string }

export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'text'; part: Part; header?: string; needle: string; ignoreCase: boolean }
  | { kind: 'regex'; part: Part; header?: string; source: string; flags: string }
  | { kind: 'compare'; path: Path; operator: Operator; operands: readonly Literal[] }
  | { kind: 'exists'; path: Path }
  /** A null key, or a null value (a tombstone). */
  | { kind: 'isNull'; part: 'key' | 'value' }
  | { kind: 'script'; source: string }

/** Something in the text of a query is wrong: where, and what would be right. */
export class QueryError extends Error {
  /** Index of the first wrong character, and how many there are (at least 1). */
  readonly at: number
  readonly length: number
  constructor(message: string, at: number, length = 1) {
    super(message)
    this.name = 'QueryError'
    this.at = at
    this.length = Math.max(1, length)
  }
}

/** `value.items[].sku`, with names that are not plain words in brackets and quotes. */
export function formatPath(path: Path): string {
  let text: string = path.root === 'keySize' ? 'key.size()' : path.root
  for (const step of path.steps) {
    if (step.kind === 'index') text += `[${step.index ?? ''}]`
    else if (/^[A-Za-z_$][\w$-]*$/.test(step.name)) text += `.${step.name}`
    else text += `[${JSON.stringify(step.name)}]`
  }
  return text
}

// Whether a JSON document keeps to a JSON Schema. The validator interprets the schema, and makes
// no code of it. Patterns are regular expressions of whoever wrote the schema, and may take any
// time: whoever validates does it where it can be ended.
//
// Numbers are compared as doubles, so limits and multiples beyond 15 digits are not exact; the
// document itself stays as it is.

import { type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema'
import { type ReferencedText, SchemaError } from '../schema.ts'
import { type PathStep, WriteError } from '../written.ts'
import { parseJsonSchema } from './compile.ts'
import type { JsonSchema } from './fields.ts'

/** Checks the document; throws WriteError with the place and the reason. */
export type Validate = (document: unknown) => void

/** Throws SchemaError. */
export function jsonValidator(root: JsonSchema, references: readonly ReferencedText[]): Validate {
  const validator = validatorOf(root, references)
  return (document) => {
    let result: ReturnType<Validator['validate']>
    try {
      result = validator.validate(document)
    } catch (error) {
      throw new SchemaError(`The JSON schema cannot be used: ${(error as Error).message}.`)
    }
    const { valid, errors } = result
    if (valid) return
    const depthOf = (location: string) => location.split('/').length
    // The innermost says what is wrong; those around it only that something inside is.
    const first = errors.reduce((a, b) =>
      depthOf(b.instanceLocation) > depthOf(a.instanceLocation) ||
      (depthOf(b.instanceLocation) === depthOf(a.instanceLocation) && isAround(a.keyword))
        ? b
        : a,
    )
    throw new WriteError(wordsOf(first.error), pathOf(first.instanceLocation, document))
  }
}

const AROUND = new Set(['properties', 'items', 'allOf', '$ref', 'prefixItems', 'then', 'else'])

function isAround(keyword: string): boolean {
  return AROUND.has(keyword)
}

function wordsOf(error: string): string {
  return error.replace(/\.$/, '').replace(/^Instance /, 'it ')
}

function validatorOf(root: JsonSchema, references: readonly ReferencedText[]): Validator {
  try {
    const validator = new Validator(root as Schema | boolean, draftOf(root), false)
    for (const { name, text } of references) {
      const schema = parseJsonSchema(text, `reference ${name}`)
      if (typeof schema === 'boolean') continue
      validator.addSchema(schema as Schema, name)
    }
    return validator
  } catch (error) {
    if (error instanceof SchemaError) throw error
    throw new SchemaError(`The JSON schema cannot be used: ${(error as Error).message}.`)
  }
}

function draftOf(root: JsonSchema): SchemaDraft {
  const named = typeof root === 'boolean' ? undefined : root.$schema
  const draft = /draft[-/]?0?(4|7|2019-09|2020-12)/.exec(String(named))?.[1]
  return (draft as SchemaDraft | undefined) ?? '7'
}

/** From a JSON Pointer as a fragment. */
function pathOf(location: string, document: unknown): PathStep[] {
  let at = document
  return location
    .split('/')
    .slice(1)
    .map((step) => {
      const name = unescaped(step)
      const inner = Array.isArray(at) ? Number(name) : name
      at = (at as Record<PathStep, unknown> | null | undefined)?.[inner]
      return inner
    })
}

function unescaped(step: string): string {
  const text = step.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

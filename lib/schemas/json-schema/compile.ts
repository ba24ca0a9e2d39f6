// A JSON Schema, ready to document payloads with. The payload is JSON and is read as such, with
// every digit; the schema says what its fields mean, and whether it keeps to it.

import { parse as parseLossless } from 'lossless-json'
import { exactNumber } from '../exact-json.ts'
import { once } from '../once.ts'
import {
  type CompiledSchema,
  PayloadError,
  type ReferencedText,
  SchemaError,
  type SchemaText,
} from '../schema.ts'
import { isSchema, type JsonSchema, jsonSchemaFields } from './fields.ts'
import { jsonSchemaShape } from './shape.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Throws SchemaError. */
export function compileJsonSchema({ text, references }: SchemaText): CompiledSchema {
  const root = parseJsonSchema(text, 'schema')
  const find = schemaFinder(root, references)
  const described = typeof root === 'boolean' ? {} : root
  return {
    type: 'JSON',
    name: typeof described.title === 'string' ? described.title : null,
    doc: typeof described.description === 'string' ? described.description : null,
    fields: jsonSchemaFields(root, find),
    decode: readJson,
    shape: once(() => jsonSchemaShape(root, find)),
  }
}

function readJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw new PayloadError('the payload is not valid UTF-8')
  }
  try {
    return parseLossless(text, null, { parseNumber: exactNumber })
  } catch (error) {
    throw new PayloadError(`the payload is not valid JSON: ${(error as Error).message}`)
  }
}

/** Throws SchemaError. */
export function parseJsonSchema(text: string, what: string): JsonSchema {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new SchemaError(`The JSON ${what} is not valid JSON: ${(error as Error).message}.`)
  }
  if (!isSchema(json)) {
    throw new SchemaError(`The JSON ${what} is neither an object nor true nor false.`)
  }
  return json
}

/** Follows pointers (#/…), anchors by $id and names of the references. */
export function schemaFinder(root: JsonSchema, references: readonly ReferencedText[]) {
  const documents = new Map<string, JsonSchema>()
  for (const { name, text } of references) {
    const schema = parseJsonSchema(text, `reference ${name}`)
    documents.set(name, schema)
    if (typeof schema !== 'boolean' && typeof schema.$id === 'string') {
      documents.set(schema.$id, schema)
    }
  }
  return (reference: string): JsonSchema | undefined => {
    const hash = reference.indexOf('#')
    const [name, pointer] =
      hash < 0 ? [reference, ''] : [reference.slice(0, hash), reference.slice(hash + 1)]
    const document = name === '' ? root : documents.get(name)
    return document === undefined ? undefined : at(document, pointer)
  }
}

/** By JSON Pointer (RFC 6901). */
function at(document: JsonSchema, pointer: string): JsonSchema | undefined {
  if (pointer === '') return document
  if (!pointer.startsWith('/')) return undefined
  let found: unknown = document
  for (const step of pointer.slice(1).split('/')) {
    const name = decode(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return isSchema(found) ? found : undefined
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

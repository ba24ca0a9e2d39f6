// From a JSON text that a person typed to the bytes of a payload, by a schema of any type; and
// the text to begin with.

import { parse as parseLossless, stringify } from 'lossless-json'
import { placeOf, placeOfPath, type TextPlace } from '../format/json-place.ts'
import { type JsonNode, parseJsonTree } from '../format/json-tree.ts'
import { parseAvro } from './avro/parse.ts'
import { avroSkeleton } from './avro/skeleton.ts'
import { avroEncoder } from './avro/write.ts'
import { exactNumber } from './exact-json.ts'
import { parseJsonSchema, schemaFinder } from './json-schema/compile.ts'
import { jsonSkeleton } from './json-schema/skeleton.ts'
import { jsonValidator } from './json-schema/validate.ts'
import { type DeclaredMessage, fullNameOf, messageNamed, parseProtobuf } from './protobuf/file.ts'
import { protobufSkeleton } from './protobuf/skeleton.ts'
import { protobufEncoder } from './protobuf/write.ts'
import { SchemaError, type SchemaText } from './schema.ts'
import { pathText, WriteError } from './written.ts'

export interface PayloadWriter {
  /** Of a Protobuf file, its messages by their full names; others have none. */
  messages: readonly string[]
  /** Of Protobuf, the one that is written. */
  message: string | null
  /** Without what names the schema. Throws TextError, SchemaError. */
  write(text: string): Uint8Array
  /** What stands before the payload, behind the id: of Protobuf, which message it is. */
  prefix: Uint8Array
  /** `now`: the moment for dates and times, as ISO 8601 with milliseconds. */
  skeleton(now: string): string
}

/** The text is not what the schema says. */
export class TextError extends Error {
  override name = 'TextError'
  /** As a query writes it; null where the text as a whole is meant, or is no JSON. */
  readonly path: string | null
  readonly place: TextPlace

  constructor(reason: string, path: string | null, place: TextPlace) {
    super(reason)
    this.path = path
    this.place = place
  }
}

const NOTHING = new Uint8Array()

/** `message`: of a Protobuf file, which one; the first when null. Throws SchemaError. */
export function payloadWriter(schema: SchemaText, message: string | null): PayloadWriter {
  switch (schema.type) {
    case 'AVRO': {
      const root = parseAvro(schema.text, schema.references, { strict: false })
      const encode = avroEncoder(root)
      return {
        messages: [],
        message: null,
        prefix: NOTHING,
        write: (text) => written(text, encode),
        skeleton: (now) => pretty(avroSkeleton(root, now)),
      }
    }
    case 'JSON': {
      const root = parseJsonSchema(schema.text, 'schema')
      const validate = jsonValidator(root, schema.references)
      const find = schemaFinder(root, schema.references)
      return {
        messages: [],
        message: null,
        prefix: NOTHING,
        // What was typed is sent, to the letter.
        write: (text) =>
          written(text, () => {
            validate(JSON.parse(text))
            return new TextEncoder().encode(text)
          }),
        skeleton: (now) => pretty(jsonSkeleton(root, find, now)),
      }
    }
    case 'PROTOBUF':
      return protobufWriter(schema, message)
  }
}

function protobufWriter(schema: SchemaText, message: string | null): PayloadWriter {
  const file = parseProtobuf(schema.text, schema.references)
  const all = listed(file.messages, [])
  const first = all[0]
  if (first === undefined) throw new SchemaError('The Protobuf schema has no message.')
  const type = message === null ? first.type : messageNamed(file, message)
  const indexes = all.find((one) => one.type === type)?.indexes
  if (indexes === undefined) {
    throw new SchemaError(`The message "${message}" is of another file than the schema's own.`)
  }
  const encode = protobufEncoder(type)
  return {
    messages: all.map((one) => fullNameOf(one.type)),
    message: fullNameOf(type),
    prefix: indexPrefix(indexes),
    write: (text) => written(text, encode),
    skeleton: (now) => pretty(protobufSkeleton(type, now)),
  }
}

function listed(
  messages: readonly DeclaredMessage[],
  above: readonly number[],
): { type: DeclaredMessage['type']; indexes: readonly number[] }[] {
  return messages.flatMap(({ type, nested }, at) => {
    const indexes = [...above, at]
    return [{ type, indexes }, ...listed(nested, indexes)]
  })
}

/** A count and so many indexes, as zigzag varints; one zero is short for the first message. */
function indexPrefix(indexes: readonly number[]): Uint8Array {
  if (indexes.length === 1 && indexes[0] === 0) return Uint8Array.of(0)
  const bytes: number[] = []
  for (const value of [indexes.length, ...indexes]) {
    let left = value * 2
    for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
    bytes.push(left)
  }
  return Uint8Array.from(bytes)
}

function written(text: string, encode: (data: unknown) => Uint8Array): Uint8Array {
  const data = exactData(text)
  try {
    return encode(data)
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    const { path, reason } = error
    throw new TextError(reason, path.length === 0 ? null : pathText(path), placeOfPath(text, path))
  }
}

function exactData(text: string): unknown {
  let tree: JsonNode
  try {
    tree = parseJsonTree(text)
  } catch (error) {
    const { message } = error as Error
    const at = /position (\d+)/.exec(message)?.[1]
    const position = at === undefined ? text.length : Number(at)
    throw new TextError(
      at === undefined ? 'this is not JSON: it ends too early' : 'this is not JSON from here on',
      null,
      placeOf(text, position),
    )
  }
  checkNames(text, tree, [])
  return parseLossless(text, null, { parseNumber: exactNumber })
}

/** Of two members with one name a reader takes either, so neither is sent. */
function checkNames(text: string, node: JsonNode, path: readonly (string | number)[]): void {
  if (node.kind === 'array') {
    node.items.forEach((item, at) => {
      checkNames(text, item, [...path, at])
    })
  }
  if (node.kind !== 'object') return
  const names = new Set<string>()
  for (const { name, node: member } of node.members) {
    const inner = [...path, name]
    if (names.has(name)) {
      throw new TextError('the name is there twice', pathText(inner), placeOfPath(text, inner))
    }
    names.add(name)
    checkNames(text, member, inner)
  }
}

function pretty(data: unknown): string {
  return stringify(data, undefined, 2) ?? 'null'
}

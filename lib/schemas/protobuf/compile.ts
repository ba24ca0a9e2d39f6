// A Protobuf message, ready to read with.

import { once } from '../once.ts'
import { type CompiledSchema, SchemaError, type SchemaText } from '../schema.ts'
import { protobufDecoder } from './decode.ts'
import { protobufFields } from './fields.ts'
import { fullNameOf, messageAt, messageNamed, type ProtobufFile, parseProtobuf } from './file.ts'
import { protobufShape } from './shape.ts'

/** Of the messages in a file, which one: by its place, by its name, or the first. */
export type MessageChoice = { indexes: readonly number[] } | { name: string }

const FIRST: MessageChoice = { indexes: [0] }

/** Throws SchemaError. */
export function compileProtobuf(
  { text, references }: SchemaText,
  choice: MessageChoice = FIRST,
): CompiledSchema {
  return compileMessage(parseProtobuf(text, references), choice)
}

/** Throws SchemaError. */
export function compileMessage(file: ProtobufFile, choice: MessageChoice): CompiledSchema {
  const type = 'name' in choice ? messageNamed(file, choice.name) : messageAt(file, choice.indexes)
  try {
    return {
      type: 'PROTOBUF',
      name: fullNameOf(type),
      doc: type.comment,
      fields: protobufFields(type),
      decode: protobufDecoder(type),
      shape: once(() => protobufShape(type)),
    }
  } catch (error) {
    if (error instanceof RangeError)
      throw new SchemaError('The Protobuf schema is nested too deeply.')
    throw error
  }
}

// A schema of any type, ready to read with.

import { compileAvro } from './avro/compile.ts'
import { compileJsonSchema } from './json-schema/compile.ts'
import { compileProtobuf, type MessageChoice } from './protobuf/compile.ts'
import type { CompiledSchema, SchemaText } from './schema.ts'

/** Most characters that a schema with its references may have. */
export const SCHEMA_TEXT_MAX = 4 * 1024 * 1024

/** `message`: of a Protobuf file, which one. Throws SchemaError. */
export function compileSchema(schema: SchemaText, message?: MessageChoice): CompiledSchema {
  switch (schema.type) {
    case 'AVRO':
      return compileAvro(schema)
    case 'JSON':
      return compileJsonSchema(schema)
    case 'PROTOBUF':
      return compileProtobuf(schema, message)
  }
}

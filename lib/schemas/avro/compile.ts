// An Avro schema, ready to read with.

import { once } from '../once.ts'
import { type CompiledSchema, DEPTH_MAX, SchemaError, type SchemaText } from '../schema.ts'
import { canonicalForm } from './canonical.ts'
import { avroDecoder } from './decode.ts'
import { avroFields } from './fields.ts'
import { isNamed } from './node.ts'
import { parseAvro } from './parse.ts'

/** Throws SchemaError. */
export function compileAvro({ text, references }: SchemaText): CompiledSchema {
  try {
    const root = parseAvro(text, references, { strict: false })
    return {
      type: 'AVRO',
      name: isNamed(root) ? root.name : null,
      doc: isNamed(root) ? root.doc : null,
      fields: avroFields(root),
      decode: avroDecoder(root),
      shape: once(() => ({
        node: root,
        namesInData: new Map(),
        texts: new Map(),
        form: canonicalForm(root),
      })),
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SchemaError(`The Avro schema is nested far deeper than ${DEPTH_MAX} levels.`)
    }
    throw error
  }
}

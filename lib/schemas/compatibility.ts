// Compatibility of schemas as a registry checks it (docs.confluent.io, "Schema Evolution and
// Compatibility"): backward, new reads old; forward, old reads new; full, both; transitively,
// against all earlier versions and not only the last.

import { avroIncompatibilities } from './avro/compatibility.ts'
import { parseAvro } from './avro/parse.ts'
import type { Incompatibility } from './incompatibility.ts'
import { jsonIncompatibilities } from './json-schema/compatibility.ts'
import { parseJsonSchema, schemaFinder } from './json-schema/compile.ts'
import { protobufIncompatibilities } from './protobuf/compatibility.ts'
import { parseProtobuf } from './protobuf/file.ts'
import type { SchemaText } from './schema.ts'

export const COMPATIBILITY_LEVELS = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const
export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number]

/**
 * Everything that keeps `reader` from reading what `writer` wrote. `isLenient`: of JSON Schema,
 * other properties than those that are listed do not matter. Throws SchemaError.
 */
export function incompatibilities(
  reader: SchemaText,
  writer: SchemaText,
  isLenient = false,
): Incompatibility[] {
  if (reader.type !== writer.type) {
    return [
      {
        type: 'SCHEMA_TYPE_CHANGED',
        path: '/',
        message: `the schema is ${reader.type}, and was ${writer.type}`,
      },
    ]
  }
  switch (reader.type) {
    case 'AVRO': {
      const parse = ({ text, references }: SchemaText) =>
        parseAvro(text, references, { strict: false })
      return avroIncompatibilities(parse(reader), parse(writer))
    }
    case 'PROTOBUF': {
      const parse = ({ text, references }: SchemaText) => parseProtobuf(text, references)
      return protobufIncompatibilities(parse(reader), parse(writer))
    }
    case 'JSON': {
      const parse = ({ text, references }: SchemaText) => {
        const root = parseJsonSchema(text, 'schema')
        return { root, find: schemaFinder(root, references) }
      }
      return jsonIncompatibilities(parse(reader), parse(writer), isLenient)
    }
  }
}

export interface Disagreement extends Incompatibility {
  /** Place of the earlier version in the list that was given. */
  earlier: number
  /** Which of the two cannot read the other. */
  reader: 'new' | 'earlier'
}

/** `earlier`: all versions before, oldest first. Throws SchemaError. */
export function checkCompatibility(
  schema: SchemaText,
  earlier: readonly SchemaText[],
  level: CompatibilityLevel,
  isLenient = false,
): Disagreement[] {
  if (level === 'NONE') return []
  const first = level.endsWith('_TRANSITIVE') ? 0 : Math.max(0, earlier.length - 1)
  const isBackward = !level.startsWith('FORWARD')
  const isForward = !level.startsWith('BACKWARD')
  const found: Disagreement[] = []
  for (let at = earlier.length - 1; at >= first; at--) {
    const old = earlier[at] as SchemaText
    const tell = (reader: Disagreement['reader']) => (one: Incompatibility) =>
      found.push({ ...one, earlier: at, reader })
    if (isBackward) incompatibilities(schema, old, isLenient).forEach(tell('new'))
    if (isForward) incompatibilities(old, schema, isLenient).forEach(tell('earlier'))
  }
  return found
}

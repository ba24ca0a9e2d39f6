// The text of a schema as a person can read, edit and compare it: JSON is laid out, so that a
// version that was only written on one line does not differ from the same on many.

import { jsonLines, jsonText } from '../../lib/format/json-lines.ts'
import { type JsonNode, parseJsonTree } from '../../lib/format/json-tree.ts'

export type SchemaKind = 'AVRO' | 'PROTOBUF' | 'JSON'

export const kindText: Record<SchemaKind, string> = {
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
  JSON: 'JSON Schema',
}

/** To be compared line by line. Text that is not the JSON it should be stays as it is. */
export function schemaLines(type: SchemaKind, text: string): string[] {
  const node = type === 'PROTOBUF' ? null : nodeOf(text)
  return node === null ? text.split(/\r?\n/) : jsonLines(node)
}

/** The same schema, laid out, to be read and edited. */
export function schemaText(type: SchemaKind, text: string): string {
  const node = type === 'PROTOBUF' ? null : nodeOf(text)
  return node === null ? text : jsonText(node)
}

function nodeOf(text: string): JsonNode | null {
  try {
    return parseJsonTree(text)
  } catch {
    return null
  }
}

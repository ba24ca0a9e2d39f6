// The text of a schema in lines that a person can read and compare: JSON is laid out, so that a
// version that was only written on one line does not differ from the same on many.

import { jsonLines } from '../../lib/format/json-lines.ts'
import { parseJsonTree } from '../../lib/format/json-tree.ts'

export type SchemaKind = 'AVRO' | 'PROTOBUF' | 'JSON'

export const kindText: Record<SchemaKind, string> = {
  AVRO: 'Avro',
  PROTOBUF: 'Protobuf',
  JSON: 'JSON Schema',
}

/** Text that is not the JSON it should be stays as it is. */
export function schemaLines(type: SchemaKind, text: string): string[] {
  if (type !== 'PROTOBUF') {
    try {
      return jsonLines(parseJsonTree(text))
    } catch {
      // Shown as it stands.
    }
  }
  return text.split(/\r?\n/)
}

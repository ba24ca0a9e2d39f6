// Whose payloads are data rather than a text: what they show is JSON, and has fields.

const STRUCTURED: ReadonlySet<string> = new Set([
  'json',
  'connect-json',
  'confluent',
  'confluent-header',
  'avro-single-object',
  'schema',
  'protobuf',
  'messagepack',
  'cbor',
  'group-records',
  'share-records',
  'transaction-records',
  'schema-records',
])

/** `decoder`: its name. Whether what it gives can be shown as a tree. */
export function isTree(decoder: string): boolean {
  return STRUCTURED.has(decoder) || decoder.startsWith('windowed')
}

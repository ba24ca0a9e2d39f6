// Avro's Parsing Canonical Form and the CRC-64-AVRO fingerprint over it (Apache Avro 1.12,
// "Schema Resolution" and "Schema Fingerprints"): two texts with the same form read the same
// data. A datum in single-object encoding names its schema by this fingerprint.

import { type AvroNode, isNamed, type NamedNode } from './node.ts'

export function canonicalForm(root: AvroNode): string {
  const told = new Set<NamedNode>()
  const tell = (node: AvroNode): string => {
    if (isNamed(node)) {
      if (told.has(node)) return JSON.stringify(node.name)
      told.add(node)
    }
    switch (node.kind) {
      case 'primitive':
        return `"${node.primitive}"`
      case 'fixed':
        return `{"name":${JSON.stringify(node.name)},"type":"fixed","size":${node.size}}`
      case 'enum':
        return `{"name":${JSON.stringify(node.name)},"type":"enum","symbols":${JSON.stringify(node.symbols)}}`
      case 'array':
        return `{"type":"array","items":${tell(node.items)}}`
      case 'map':
        return `{"type":"map","values":${tell(node.values)}}`
      case 'union':
        return `[${node.branches.map(tell).join(',')}]`
      case 'record': {
        const fields = node.fields.map(
          ({ name, type }) => `{"name":${JSON.stringify(name)},"type":${tell(type)}}`,
        )
        return `{"name":${JSON.stringify(node.name)},"type":"record","fields":[${fields.join(',')}]}`
      }
    }
  }
  return tell(root)
}

const EMPTY = 0xc15d213aa4d7a795n

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index)
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n)
  return value
})

/** The fingerprint of the schema, as an unsigned 64-bit number. */
export function fingerprintOf(root: AvroNode): bigint {
  let value = EMPTY
  for (const byte of new TextEncoder().encode(canonicalForm(root))) {
    value = (value >> 8n) ^ (TABLE[Number((value ^ BigInt(byte)) & 0xffn)] as bigint)
  }
  return value
}

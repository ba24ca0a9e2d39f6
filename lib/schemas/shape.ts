// What the data of a schema look like as columns: an Avro type for all of it, whatever the
// schema's own language, and where the data differ from that type.

import type { AvroNode, Logical, PrimitiveNode, RecordNode } from './avro/node.ts'

export interface DataShape {
  node: AvroNode
  /** Where fields have other names in the data, since Avro's are letters, digits and underscores. */
  namesInData: ReadonlyMap<RecordNode, ReadonlyMap<string, string>>
  /** Texts that hold anything: as JSON, or, of a name or number, as its letters or digits. */
  texts: ReadonlyMap<AvroNode, 'json' | 'plain'>
  /**
   * Of a schema that is Avro: its canonical form. Bytes of another with the same form are bytes of
   * this one.
   */
  form: string | null
}

export const typeOf = (
  primitive: PrimitiveNode['primitive'],
  logical: Logical | null = null,
): PrimitiveNode => ({ kind: 'primitive', primitive, logical })

/** What may be null as well. */
export function nullable(node: AvroNode): AvroNode {
  const others = node.kind === 'union' ? node.branches : [node]
  const branches = others.filter((one) => !(one.kind === 'primitive' && one.primitive === 'null'))
  return { kind: 'union', branches: [typeOf('null'), ...branches] }
}

/** A field of a derived record; null where it may be. */
export function shapeField(name: string, type: AvroNode, doc: string | null = null) {
  const mayBeNull = type.kind === 'union'
  return {
    name,
    aliases: [],
    doc,
    type,
    default: mayBeNull ? null : undefined,
    order: 'ascending' as const,
  }
}

/** Names for Avro, each only once: letters, digits and underscores, no digit first. */
export class AvroNames {
  private readonly taken = new Set<string>()

  take(wanted: string): string {
    const bare = wanted.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 200)
    const base = /^[A-Za-z_]/.test(bare) ? bare : `_${bare}`
    let name = base
    for (let number = 2; this.taken.has(name); number++) name = `${base}_${number}`
    this.taken.add(name)
    return name
  }
}

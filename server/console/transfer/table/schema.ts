// Records as a table: one Avro schema for every row of a file, with the key and the value as the
// columns of their schema where they have one. Avro files have this schema; the columns of
// Parquet files follow from it.
//
// No record is lost: what does not fit the columns of its key or value stands in `…_bytes`, and
// why in `…_problem`.

import { canonicalForm } from '../../../../lib/schemas/avro/canonical.ts'
import {
  type AvroNode,
  isNamed,
  type NamedNode,
  type RecordNode,
} from '../../../../lib/schemas/avro/node.ts'
import { printAvro } from '../../../../lib/schemas/avro/print.ts'
import { type DataShape, nullable, shapeField, typeOf } from '../../../../lib/schemas/shape.ts'

export interface TableSchema {
  row: RecordNode
  /** Null: a text. */
  key: DataShape | null
  value: DataShape | null
}

const MILLIS = { kind: 'timestamp', perSecond: 1_000, local: false } as const

/** A key whose types have the names of other types in the value is a text. */
export function tableSchema(key: DataShape | null, value: DataShape | null): TableSchema {
  const names = new Map<string, NamedNode>()
  if (value !== null) addNames(value.node, names)
  const keyShape = key !== null && addNames(key.node, names) ? key : null
  const free = (wanted: string): string => {
    let name = wanted
    while (names.has(name)) name += '_'
    return name
  }
  const header: RecordNode = {
    kind: 'record',
    name: free('KafkaHeader'),
    aliases: [],
    doc: null,
    fields: [shapeField('key', typeOf('string')), shapeField('value', nullable(typeOf('bytes')))],
  }
  const row: RecordNode = {
    kind: 'record',
    name: free('KafkaRecord'),
    aliases: [],
    doc: 'A record of a Kafka topic.',
    fields: [
      shapeField('topic', typeOf('string')),
      shapeField('partition', typeOf('int')),
      shapeField('offset', typeOf('long')),
      shapeField('timestamp', typeOf('long', MILLIS)),
      ...partFields('key', keyShape),
      ...partFields('value', value),
      shapeField('headers', { kind: 'array', items: header }),
    ],
  }
  return { row, key: keyShape, value }
}

function partFields(part: 'key' | 'value', shape: DataShape | null) {
  return [
    shapeField(part, nullable(shape?.node ?? typeOf('string'))),
    shapeField(
      `${part}_bytes`,
      nullable(typeOf('bytes')),
      `The bytes of the ${part}, where "${part}" does not hold all of it as it is.`,
    ),
    shapeField(
      `${part}_problem`,
      nullable(typeOf('string')),
      `Why "${part}" does not hold all of the ${part}.`,
    ),
  ]
}

/** The schema of an Avro file. */
export function textOfTable({ row }: TableSchema): string {
  return JSON.stringify(printAvro(row))
}

/** False when one of them is the name of another type already. */
function addNames(root: AvroNode, names: Map<string, NamedNode>): boolean {
  const own = new Map<string, NamedNode>()
  collect(root, own)
  for (const [name, node] of own) {
    const other = names.get(name)
    if (other !== undefined && other !== node && canonicalForm(other) !== canonicalForm(node)) {
      return false
    }
  }
  for (const [name, node] of own) names.set(name, node)
  return true
}

function collect(node: AvroNode, names: Map<string, NamedNode>): void {
  if (isNamed(node)) {
    if (names.has(node.name)) return
    names.set(node.name, node)
  }
  for (const inner of insideOf(node)) collect(inner, names)
}

function insideOf(node: AvroNode): readonly AvroNode[] {
  switch (node.kind) {
    case 'array':
      return [node.items]
    case 'map':
      return [node.values]
    case 'union':
      return node.branches
    case 'record':
      return node.fields.map(({ type }) => type)
    default:
      return []
  }
}

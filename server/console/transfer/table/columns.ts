// The columns of a Parquet file for rows of an Avro schema: what the file says of them, and how
// the values are read from a row. Types stay exact: 64-bit integers, decimals of up to 38 digits,
// moments to their unit. What Parquet has no type for is a text: decimals of more digits, types
// that stand in themselves, records without fields (these two as JSON).

import type { SchemaElement } from 'hyparquet'
import type { Cursor } from '../../../../lib/schemas/avro/cursor.ts'
import { avroReader } from '../../../../lib/schemas/avro/decode.ts'
import {
  type AvroNode,
  branchName,
  type FixedNode,
  type Logical,
  type PrimitiveNode,
  type RecordNode,
  type UnionNode,
} from '../../../../lib/schemas/avro/node.ts'
import { signedOf } from '../../../../lib/schemas/decimal.ts'
import { writeExactJson } from '../../../../lib/schemas/exact-json.ts'
import { AvroNames } from '../../../../lib/schemas/shape.ts'

/** Takes a value from a row: as hyparquet-writer wants it, undefined for null. */
type Take = (cursor: Cursor) => unknown

export interface Column {
  name: string
  /** Its own, and those below it. */
  elements: SchemaElement[]
  take: Take
}

/** One for each field of a row. */
export function columnsOf(row: RecordNode): Column[] {
  return row.fields.map(({ name, type }) => columnOf(name, type, [row]))
}

function columnOf(name: string, node: AvroNode, around: readonly RecordNode[]): Column {
  if (node.kind === 'union') return unionColumn(name, node, around)
  return plainColumn(name, node, 'REQUIRED', around)
}

type Repetition = 'REQUIRED' | 'OPTIONAL'

function plainColumn(
  name: string,
  node: Exclude<AvroNode, UnionNode>,
  repetition: Repetition,
  around: readonly RecordNode[],
): Column {
  const leaf = (element: Partial<SchemaElement>, take: Take): Column => ({
    name,
    elements: [{ name, repetition_type: repetition, ...element }],
    take,
  })
  switch (node.kind) {
    case 'primitive':
      return primitiveColumn(leaf, node)
    case 'fixed':
      return fixedColumn(leaf, node, name, repetition)
    case 'enum': {
      const { symbols } = node
      return leaf(TEXT, (cursor) => symbols[cursor.int()])
    }
    case 'array': {
      const items = columnOf('element', node.items, around)
      return {
        name,
        elements: [
          group(name, repetition, 1, { converted_type: 'LIST', logical_type: { type: 'LIST' } }),
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          ...items.elements,
        ],
        take: (cursor) => takeBlocks(cursor, () => items.take(cursor)),
      }
    }
    case 'map': {
      const values = columnOf('value', node.values, around)
      return {
        name,
        elements: [
          group(name, repetition, 1, { converted_type: 'MAP', logical_type: { type: 'MAP' } }),
          { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
          { name: 'key', repetition_type: 'REQUIRED', ...TEXT },
          ...values.elements,
        ],
        take: (cursor) =>
          takeBlocks(cursor, () => ({ key: cursor.string(), value: values.take(cursor) })),
      }
    }
    case 'record':
      if (around.includes(node) || node.fields.length === 0) return leaf(TEXT, takeJson(node))
      return recordColumn(name, node, repetition, [...around, node])
  }
}

const TEXT = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
} as const

function group(
  name: string,
  repetition: Repetition,
  children: number,
  more: Partial<SchemaElement> = {},
): SchemaElement {
  return { name, repetition_type: repetition, num_children: children, ...more }
}

function takeJson(node: AvroNode): Take {
  const read = avroReader(node)
  return (cursor) => writeExactJson(read(cursor))
}

/** The rows were written here, or checked: what they say of themselves is true. */
function takeBlocks<T>(cursor: Cursor, take: () => T): T[] {
  const items: T[] = []
  for (;;) {
    let left = Number(cursor.long())
    if (left === 0) return items
    if (left < 0) {
      // The size of the block follows, for who skips it.
      left = -left
      cursor.long()
    }
    for (; left > 0; left--) items.push(take())
  }
}

function recordColumn(
  name: string,
  node: RecordNode,
  repetition: Repetition,
  around: readonly RecordNode[],
): Column {
  const members = node.fields.map((field) => columnOf(field.name, field.type, around))
  return {
    name,
    elements: [
      group(name, repetition, members.length),
      ...members.flatMap(({ elements }) => elements),
    ],
    take: (cursor) => {
      const row: Record<string, unknown> = Object.create(null)
      for (const member of members) row[member.name] = member.take(cursor)
      return row
    },
  }
}

/** Null and one type is that type, or nothing; of several types each has a column of its own. */
function unionColumn(name: string, { branches }: UnionNode, around: readonly RecordNode[]): Column {
  const isNull = (node: AvroNode) => node.kind === 'primitive' && node.primitive === 'null'
  const others = branches.filter((branch) => !isNull(branch))
  const [only] = others
  if (only !== undefined && others.length === 1 && only.kind !== 'union') {
    const column = plainColumn(name, only, 'OPTIONAL', around)
    const takes = branches.map((branch) => (isNull(branch) ? () => undefined : column.take))
    return { ...column, take: (cursor) => takes[cursor.int()]?.(cursor) }
  }
  if (others.length === 0) {
    const elements: SchemaElement[] = [{ name, repetition_type: 'OPTIONAL', ...TEXT }]
    return { name, elements, take: (cursor) => void cursor.int() }
  }
  const names = new AvroNames()
  const members = branches.map((branch) => {
    if (isNull(branch) || branch.kind === 'union') return undefined
    const member = names.take(branchName(branch).replace(/^.*\./, ''))
    return plainColumn(member, branch, 'OPTIONAL', around)
  })
  const shown = members.filter((member) => member !== undefined)
  return {
    name,
    elements: [group(name, 'OPTIONAL', shown.length), ...shown.flatMap(({ elements }) => elements)],
    take: (cursor) => {
      const member = members[cursor.int()]
      return member === undefined ? undefined : { [member.name]: member.take(cursor) }
    },
  }
}

type Leaf = (element: Partial<SchemaElement>, take: Take) => Column

function primitiveColumn(leaf: Leaf, { primitive, logical }: PrimitiveNode): Column {
  switch (primitive) {
    case 'null':
      return leaf({ ...TEXT, repetition_type: 'OPTIONAL' }, () => undefined)
    case 'boolean':
      return leaf({ type: 'BOOLEAN' }, (cursor) => cursor.boolean())
    case 'int':
      return leaf({ type: 'INT32', ...intLogical(logical) }, (cursor) => cursor.int())
    case 'long':
      return leaf({ type: 'INT64', ...longLogical(logical) }, (cursor) => BigInt(cursor.long()))
    case 'float':
      return leaf({ type: 'FLOAT' }, (cursor) => cursor.float())
    case 'double':
      return leaf({ type: 'DOUBLE' }, (cursor) => cursor.double())
    case 'string':
      return leaf(TEXT, (cursor) => cursor.string())
    case 'bytes':
      if (logical?.kind === 'decimal') {
        return decimalColumn(leaf, logical, (cursor) => cursor.take(cursor.size()))
      }
      if (logical?.kind === 'big-decimal') {
        return leaf(TEXT, takeJson({ kind: 'primitive', primitive, logical }))
      }
      return leaf({ type: 'BYTE_ARRAY' }, (cursor) => copyOf(cursor.take(cursor.size())))
  }
}

function intLogical(logical: Logical | null): Partial<SchemaElement> {
  if (logical?.kind === 'date') return { converted_type: 'DATE', logical_type: { type: 'DATE' } }
  if (logical?.kind !== 'time') return {}
  return {
    converted_type: 'TIME_MILLIS',
    logical_type: { type: 'TIME', isAdjustedToUTC: true, unit: 'MILLIS' },
  }
}

function longLogical(logical: Logical | null): Partial<SchemaElement> {
  if (logical?.kind === 'time') {
    return {
      converted_type: 'TIME_MICROS',
      logical_type: { type: 'TIME', isAdjustedToUTC: true, unit: 'MICROS' },
    }
  }
  if (logical?.kind !== 'timestamp') return {}
  const { perSecond, local } = logical
  const unit = perSecond === 1_000 ? 'MILLIS' : perSecond === 1_000_000 ? 'MICROS' : 'NANOS'
  return { logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: !local, unit } }
}

const PARQUET_DIGITS_MAX = 38

function decimalColumn(
  leaf: Leaf,
  logical: Extract<Logical, { kind: 'decimal' }>,
  digits: (cursor: Cursor) => Uint8Array,
): Column {
  const { precision, scale } = logical
  if (precision > PARQUET_DIGITS_MAX) {
    return leaf(TEXT, (cursor) => pointed(signedOf(digits(cursor)), scale))
  }
  const size =
    precision <= 18
      ? ({ type: 'INT64' } as const)
      : ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 } as const)
  const more = {
    converted_type: 'DECIMAL',
    logical_type: { type: 'DECIMAL', precision, scale },
    precision,
    scale,
  } as const
  return leaf({ ...size, ...more }, (cursor) => signedOf(digits(cursor)))
}

function pointed(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, at)}.${digits.slice(at)}`
}

function fixedColumn(
  leaf: Leaf,
  { size, logical }: FixedNode,
  name: string,
  repetition: Repetition,
): Column {
  switch (logical?.kind) {
    case 'decimal':
      return decimalColumn(leaf, logical, (cursor) => cursor.take(size))
    case 'uuid':
      return leaf(
        { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
        (cursor) => copyOf(cursor.take(16)),
      )
    case 'duration': {
      const parts = ['months', 'days', 'milliseconds']
      const below = parts.map((part): SchemaElement => {
        return { name: part, repetition_type: 'REQUIRED', type: 'INT64' }
      })
      return {
        name,
        elements: [group(name, repetition, 3), ...below],
        take: (cursor) => {
          const bytes = cursor.take(12)
          const view = new DataView(bytes.buffer, bytes.byteOffset, 12)
          return Object.fromEntries(
            parts.map((part, at) => [part, BigInt(view.getUint32(4 * at, true))]),
          )
        },
      }
    }
    default:
      // A length of 0 is none to Parquet.
      return leaf(
        size === 0 ? { type: 'BYTE_ARRAY' } : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: size },
        (cursor) => copyOf(cursor.take(size)),
      )
  }
}

function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes)
}

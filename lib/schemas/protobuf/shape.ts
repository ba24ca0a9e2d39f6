// The columns of a Protobuf message: an Avro type for what decode.ts shows of it. Unsigned 64-bit
// numbers are decimals of 20 digits, enums are texts (an unknown number is its digits), the
// well-known types are what they are shown as.

import type { Field, Type } from 'protobufjs'
import type { AvroField, AvroNode, RecordNode } from '../avro/node.ts'
import { AvroNames, type DataShape, nullable, shapeField, typeOf } from '../shape.ts'
import { fullNameOf, shownName } from './file.ts'

const SCALARS: Record<string, () => AvroNode> = {
  int32: () => typeOf('int'),
  sint32: () => typeOf('int'),
  sfixed32: () => typeOf('int'),
  uint32: () => typeOf('long'),
  fixed32: () => typeOf('long'),
  int64: () => typeOf('long'),
  sint64: () => typeOf('long'),
  sfixed64: () => typeOf('long'),
  uint64: () => typeOf('bytes', { kind: 'decimal', precision: 20, scale: 0 }),
  fixed64: () => typeOf('bytes', { kind: 'decimal', precision: 20, scale: 0 }),
  float: () => typeOf('float'),
  double: () => typeOf('double'),
  bool: () => typeOf('boolean'),
  string: () => typeOf('string'),
  bytes: () => typeOf('bytes'),
}

export function protobufShape(type: Type): DataShape {
  const shaper = new Shaper()
  return {
    node: shaper.message(type),
    namesInData: shaper.namesInData,
    texts: shaper.texts,
    form: null,
  }
}

class Shaper {
  readonly namesInData = new Map<RecordNode, ReadonlyMap<string, string>>()
  readonly texts = new Map<AvroNode, 'json' | 'plain'>()
  private readonly records = new Map<Type, RecordNode>()

  message(type: Type): AvroNode {
    const known = this.records.get(type)
    if (known !== undefined) return known
    const special = this.wellKnown(type)
    if (special !== undefined) return special
    const fields: AvroField[] = []
    const record: RecordNode = {
      kind: 'record',
      name: fullNameOf(type),
      aliases: [],
      doc: type.comment,
      fields,
    }
    // Known before its fields, which may lead back to it.
    this.records.set(type, record)
    const names = new AvroNames()
    const inData = new Map<string, string>()
    for (const field of type.fieldsArray) {
      field.resolve()
      const shown = shownName(field)
      const name = names.take(shown)
      if (name !== shown) inData.set(name, shown)
      fields.push(shapeField(name, this.field(field), field.comment))
    }
    if (inData.size > 0) this.namesInData.set(record, inData)
    return record
  }

  private field(field: Field): AvroNode {
    const one = this.one(field)
    if (field.map) return { kind: 'map', values: one }
    if (field.repeated) return { kind: 'array', items: one }
    const isMessage = field.resolvedType !== null && 'fieldsArray' in field.resolvedType
    return isMessage || field.hasPresence ? nullable(one) : one
  }

  private one(field: Field): AvroNode {
    const { resolvedType } = field
    if (resolvedType === null) return SCALARS[field.type]?.() ?? this.text('json')
    return 'fieldsArray' in resolvedType ? this.message(resolvedType) : this.text('plain')
  }

  private text(kind: 'json' | 'plain'): AvroNode {
    const node = typeOf('string')
    this.texts.set(node, kind)
    return node
  }

  private wellKnown(type: Type): AvroNode | undefined {
    const name = fullNameOf(type)
    const wrapped = /^google\.protobuf\.(\w+)Value$/.exec(name)?.[1]
    const value = type.fields.value
    if (wrapped !== undefined && wrapped !== 'List' && wrapped !== 'Null' && value !== undefined) {
      return this.one(value.resolve())
    }
    switch (name) {
      case 'google.protobuf.Timestamp':
        return typeOf('long', { kind: 'timestamp', perSecond: 1_000_000_000, local: false })
      case 'google.protobuf.Duration':
      case 'google.protobuf.FieldMask':
      case 'confluent.type.Decimal':
        return this.text('plain')
      case 'google.protobuf.Struct':
      case 'google.protobuf.ListValue':
      case 'google.protobuf.Value':
      case 'google.protobuf.Any':
        return this.text('json')
      default:
        return undefined
    }
  }
}

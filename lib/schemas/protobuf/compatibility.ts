// Whether data of one Protobuf file can be read with another (protobuf.dev, "Updating A Message
// Type"; the kinds of change are those that Confluent's registry names): a field keeps its number
// and a type of the same encoding.

import { type Enum, type Field, type MapField, OneOf, Type } from 'protobufjs'
import type { Incompatibility } from '../incompatibility.ts'
import { type DeclaredMessage, fullNameOf, type ProtobufFile } from './file.ts'

/** Types whose values are encoded alike. */
const ALIKE: readonly (readonly string[])[] = [
  ['int32', 'uint32', 'int64', 'uint64', 'bool', 'enum'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
  ['string', 'bytes'],
]

/** Everything that keeps `reader` from reading what `writer` wrote. */
export function protobufIncompatibilities(
  reader: ProtobufFile,
  writer: ProtobufFile,
): Incompatibility[] {
  return compareLists(reader.messages, writer.messages, '#')
}

function compareLists(
  reader: readonly DeclaredMessage[],
  writer: readonly DeclaredMessage[],
  path: string,
): Incompatibility[] {
  return writer.flatMap((before) => {
    const at = `${path}/${before.type.name}`
    const now = reader.find(({ type }) => type.name === before.type.name)
    if (now === undefined) {
      return [
        {
          type: 'MESSAGE_REMOVED',
          path: at,
          message: `the message "${fullNameOf(before.type)}" is gone`,
        },
      ]
    }
    return [
      ...compareFields(now.type, before.type, at),
      ...compareOneofs(now.type, before.type, at),
      ...compareLists(now.nested, before.nested, at),
    ]
  })
}

function compareFields(reader: Type, writer: Type, path: string): Incompatibility[] {
  const found: Incompatibility[] = []
  const own = new Map(reader.fieldsArray.map((field) => [field.id, field]))
  const before = new Map(writer.fieldsArray.map((field) => [field.id, field]))
  for (const field of writer.fieldsArray) {
    const at = `${path}/${field.id}`
    const now = own.get(field.id)
    if (now === undefined) {
      if (field.required) {
        found.push({
          type: 'REQUIRED_FIELD_REMOVED',
          path: at,
          message: `the required field "${field.name}" is gone`,
        })
      } else if (isInOneof(field)) {
        found.push({
          type: 'ONEOF_FIELD_REMOVED',
          path: at,
          message: `the field "${field.name}" of the oneof "${field.partOf?.name}" is gone`,
        })
      }
    } else found.push(...compareField(now.resolve(), field.resolve(), at))
  }
  for (const field of reader.fieldsArray) {
    if (field.required && !before.has(field.id)) {
      found.push({
        type: 'REQUIRED_FIELD_ADDED',
        path: `${path}/${field.id}`,
        message: `the required field "${field.name}" is not in what is read`,
      })
    }
  }
  return found
}

function compareField(reader: Field, writer: Field, path: string): Incompatibility[] {
  const own = kindOf(reader)
  const before = kindOf(writer)
  const title = `the field "${reader.name}" is ${titleOf(reader)}, and was ${titleOf(writer)}`
  if (own !== before) return [{ type: 'FIELD_KIND_CHANGED', path, message: title }]
  if (own === 'map') {
    const [a, b] = [reader as unknown as MapField, writer as unknown as MapField]
    const isSame = areAlike(a.keyType, b.keyType) && isSameType(reader, writer)
    return isSame ? [] : [{ type: 'FIELD_KIND_CHANGED', path, message: title }]
  }
  if (own === 'message') {
    const isSame = isSameType(reader, writer)
    if (!isSame) return [{ type: 'FIELD_NAMED_TYPE_CHANGED', path, message: title }]
  } else if (!areAlike(scalarOf(reader), scalarOf(writer))) {
    return [{ type: 'FIELD_SCALAR_KIND_CHANGED', path, message: title }]
  }
  const isNumeric = own === 'scalar' && !['string', 'bytes'].includes(reader.type)
  if (isNumeric && reader.repeated !== writer.repeated) {
    return [{ type: 'FIELD_NUMERIC_LABEL_CHANGED', path, message: title }]
  }
  return []
}

function compareOneofs(reader: Type, writer: Type, path: string): Incompatibility[] {
  const before = new Map(writer.fieldsArray.map((field) => [field.id, field]))
  return reader.oneofsArray.flatMap((oneof) => {
    if (oneof.isProto3Optional) return []
    const moved = oneof.fieldsArray.filter((field) => {
      const old = before.get(field.id)
      return old !== undefined && !isInOneof(old)
    })
    const at = `${path}/${oneof.name}`
    const names = moved.map(({ name }) => `"${name}"`).join(', ')
    if (writer.oneofsArray.some(({ name }) => name === oneof.name) && moved.length > 0) {
      return [
        {
          type: 'FIELD_MOVED_TO_EXISTING_ONEOF',
          path: at,
          message: `${names} moved into the oneof "${oneof.name}", which was there before`,
        },
      ]
    }
    if (moved.length < 2) return []
    return [
      {
        type: 'MULTIPLE_FIELDS_MOVED_TO_ONEOF',
        path: at,
        message: `${names} moved into the oneof "${oneof.name}", which keeps only one of them`,
      },
    ]
  })
}

function isInOneof(field: Field): boolean {
  return field.partOf instanceof OneOf && !field.partOf.isProto3Optional
}

function kindOf(field: Field): 'map' | 'message' | 'scalar' {
  if (field.map) return 'map'
  return field.resolvedType instanceof Type ? 'message' : 'scalar'
}

/** An enum is written as an int32. */
function scalarOf(field: Field): string {
  return field.resolvedType === null ? field.type : 'enum'
}

function areAlike(a: string, b: string): boolean {
  return a === b || ALIKE.some((group) => group.includes(a) && group.includes(b))
}

/** Without the package, which may be renamed. */
function isSameType(reader: Field, writer: Field): boolean {
  const a = reader.resolvedType as Type | Enum | null
  const b = writer.resolvedType as Type | Enum | null
  if (a instanceof Type && b instanceof Type) return a.name === b.name
  return (
    !(a instanceof Type) && !(b instanceof Type) && areAlike(scalarOf(reader), scalarOf(writer))
  )
}

function titleOf(field: Field): string {
  const type = field.resolvedType === null ? field.type : fullNameOf(field.resolvedType)
  return field.map ? `a map to ${type}` : field.repeated ? `a list of ${type}` : type
}

// Whether data of one Protobuf file can be read with another (protobuf.dev, "Updating A Message
// Type"; the kinds of change are those that Confluent's registry names): a field keeps its number
// and a type of the same encoding, a message keeps its name and its package, and fields that were
// independent of each other do not become parts of one oneof.
//
// Stricter than Confluent's registry in one thing: there a number that becomes a list passes in
// proto3, though a reader of the single number cannot read the packed list.

import { type Enum, type Field, type MapField, OneOf, Type } from 'protobufjs'
import type { Incompatibility } from '../incompatibility.ts'
import { DEPTH_MAX } from '../schema.ts'
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
  const packages: Incompatibility[] =
    reader.package === writer.package
      ? []
      : [
          {
            type: 'PACKAGE_CHANGED',
            path: '#/',
            message: `the package is ${quoted(reader.package)}, and was ${quoted(writer.package)}`,
          },
        ]
  const comparison = new Comparison(reader, writer)
  return [...packages, ...comparison.compareLists(reader.messages, writer.messages, '#')]
}

class Comparison {
  private readonly ownTypes: ReadonlySet<Type>
  private readonly oldTypes: ReadonlySet<Type>
  /** Imported messages that were compared, or are about to be: they may refer to themselves. */
  private readonly seen = new Map<Type, Set<Type>>()
  private depth = 0

  constructor(reader: ProtobufFile, writer: ProtobufFile) {
    this.ownTypes = declaredBy(reader.messages)
    this.oldTypes = declaredBy(writer.messages)
  }

  compareLists(
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
        ...this.compareMessage(now.type, before.type, at),
        ...this.compareLists(now.nested, before.nested, at),
      ]
    })
  }

  private compareMessage(reader: Type, writer: Type, path: string): Incompatibility[] {
    return [...compareOneofs(reader, writer, path), ...this.compareFields(reader, writer, path)]
  }

  private compareFields(reader: Type, writer: Type, path: string): Incompatibility[] {
    const own = new Map(reader.fieldsArray.map((field) => [field.id, field]))
    const before = new Map(writer.fieldsArray.map((field) => [field.id, field]))
    const found = writer.fieldsArray.flatMap((field) => {
      const now = own.get(field.id)
      return now === undefined
        ? removed(reader, field, path, own)
        : this.compareField(now.resolve(), field.resolve(), `${path}/${now.id}`)
    })
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

  private compareField(reader: Field, writer: Field, path: string): Incompatibility[] {
    const title = `the field "${reader.name}" is ${titleOf(reader)}, and was ${titleOf(writer)}`
    const wrong = (type: string): Incompatibility[] => [{ type, path, message: title }]
    const own = kindOf(reader)
    if (own !== kindOf(writer)) return wrong('FIELD_KIND_CHANGED')
    if (own === 'map') {
      if (!areAlike(keyOf(reader), keyOf(writer))) return wrong('FIELD_SCALAR_KIND_CHANGED')
      if (isMessage(reader) !== isMessage(writer)) return wrong('FIELD_KIND_CHANGED')
    }
    if (isMessage(reader) && isMessage(writer)) {
      const [type, oldType] = [reader.resolvedType as Type, writer.resolvedType as Type]
      if (localNameOf(type) !== localNameOf(oldType)) return wrong('FIELD_NAMED_TYPE_CHANGED')
      const inside = this.compareImported(type, oldType)
      return inside.length === 0 ? [] : [...inside, ...wrong('FIELD_NAMED_TYPE_CHANGED')]
    }
    if (!areAlike(scalarOf(reader), scalarOf(writer))) return wrong('FIELD_SCALAR_KIND_CHANGED')
    const isNumeric = own === 'scalar' && !['string', 'bytes'].includes(reader.type)
    const isSameLabel = reader.repeated === writer.repeated && reader.required === writer.required
    return isNumeric && !isSameLabel ? wrong('FIELD_NUMERIC_LABEL_CHANGED') : []
  }

  /** What the files declare themselves is compared where it stands; what they import, here. */
  private compareImported(reader: Type, writer: Type): Incompatibility[] {
    if (this.ownTypes.has(reader) && this.oldTypes.has(writer)) return []
    const seen = this.seen.get(reader) ?? new Set()
    if (seen.has(writer) || this.depth >= DEPTH_MAX) return []
    this.seen.set(reader, seen.add(writer))
    this.depth++
    const path = `#/${localNameOf(reader).replaceAll('.', '/')}`
    const found = this.compareMessage(reader, writer, path)
    this.depth--
    return found
  }
}

function removed(
  reader: Type,
  field: Field,
  path: string,
  own: ReadonlyMap<number, Field>,
): Incompatibility[] {
  if (field.required) {
    return [
      {
        type: 'REQUIRED_FIELD_REMOVED',
        path: `${path}/${field.id}`,
        message: `the required field "${field.name}" is gone`,
      },
    ]
  }
  const oneof = oneofOf(field)
  if (oneof === undefined) return []
  // Of a oneof that is gone with all its fields nothing is left that could be misread.
  const isAllGone =
    reader.oneofs?.[oneof.name] === undefined && !oneof.fieldsArray.some(({ id }) => own.has(id))
  if (isAllGone) return []
  return [
    {
      type: 'ONEOF_FIELD_REMOVED',
      path: `${path}/${oneof.name}/${field.id}`,
      message: `the field "${field.name}" of the oneof "${oneof.name}" is gone`,
    },
  ]
}

/** A oneof may not bring fields together that could be set beside each other before. */
function compareOneofs(reader: Type, writer: Type, path: string): Incompatibility[] {
  const before = new Map(writer.fieldsArray.map((field) => [field.id, field]))
  return reader.oneofsArray.flatMap((oneof) => {
    if (oneof.isProto3Optional) return []
    const moved: string[] = []
    const origins = new Set<string>()
    for (const field of oneof.fieldsArray) {
      const old = before.get(field.id)
      if (old === undefined) continue
      const from = oneofOf(old)
      if (from === undefined) moved.push(`"${field.name}"`)
      origins.add(from === undefined ? `field ${field.id}` : `oneof ${from.name}`)
    }
    if (origins.size < 2) return []
    const isOfSeveral = moved.length > 1
    const names = oneof.fieldsArray
      .filter(({ id }) => before.has(id))
      .map(({ name }) => `"${name}"`)
      .join(', ')
    return [
      {
        type: isOfSeveral ? 'MULTIPLE_FIELDS_MOVED_TO_ONEOF' : 'FIELD_MOVED_TO_EXISTING_ONEOF',
        path: `${path}/${oneof.name}`,
        message: `the oneof "${oneof.name}" keeps only one of ${names}, which could be set together`,
      },
    ]
  })
}

function declaredBy(messages: readonly DeclaredMessage[]): Set<Type> {
  const found = new Set<Type>()
  const add = (list: readonly DeclaredMessage[]) => {
    for (const { type, nested } of list) {
      found.add(type)
      add(nested)
    }
  }
  add(messages)
  return found
}

function oneofOf(field: Field): OneOf | undefined {
  const { partOf } = field
  return partOf instanceof OneOf && !partOf.isProto3Optional ? partOf : undefined
}

function kindOf(field: Field): 'map' | 'message' | 'scalar' {
  if (field.map) return 'map'
  return isMessage(field) ? 'message' : 'scalar'
}

function isMessage(field: Field): boolean {
  return field.resolvedType instanceof Type
}

function keyOf(field: Field): string {
  return (field as unknown as MapField).keyType
}

/** An enum is written as an int32. */
function scalarOf(field: Field): string {
  return field.resolvedType === null ? field.type : 'enum'
}

function areAlike(a: string, b: string): boolean {
  return a === b || ALIKE.some((group) => group.includes(a) && group.includes(b))
}

/** Without the package, which may be renamed where the message is imported. */
function localNameOf(type: Type): string {
  return type.parent instanceof Type ? `${localNameOf(type.parent)}.${type.name}` : type.name
}

function titleOf(field: Field): string {
  const type =
    field.resolvedType === null ? field.type : fullNameOf(field.resolvedType as Type | Enum)
  const label = field.required ? `a required ${type}` : type
  return field.map ? `a map to ${type}` : field.repeated ? `a list of ${type}` : label
}

function quoted(name: string | undefined): string {
  return name === undefined ? 'none' : `"${name}"`
}

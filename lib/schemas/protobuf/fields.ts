// The fields of a message as documentation lists them.

import { type Field, type MapField, Type } from 'protobufjs'
import { DEPTH_MAX, FIELDS_MAX, type SchemaField } from '../schema.ts'
import { fullNameOf, shownName } from './file.ts'

export function protobufFields(type: Type): SchemaField[] {
  const fields: SchemaField[] = []
  walk(type, '', [], fields)
  return fields
}

function walk(type: Type, prefix: string, around: readonly Type[], fields: SchemaField[]): void {
  if (around.length > DEPTH_MAX) return
  for (const field of type.fieldsArray) {
    if (fields.length >= FIELDS_MAX) return
    const name = shownName(field)
    const path = prefix === '' ? name : `${prefix}.${name}`
    const inner = messageIn(field)
    const recursive = inner !== null && (inner === type || around.includes(inner))
    fields.push({
      path,
      name,
      depth: around.length,
      type: titleOf(field),
      optional: !field.required,
      default: defaultOf(field),
      doc: field.comment ?? inner?.comment ?? null,
      recursive,
    })
    if (inner !== null && !recursive && !field.map) {
      walk(inner, field.repeated ? `${path}[]` : path, [...around, type], fields)
    }
  }
}

/** Messages that are shown as one value are not looked into. */
function messageIn(field: Field): Type | null {
  const { resolvedType } = field
  if (!(resolvedType instanceof Type)) return null
  return fullNameOf(resolvedType).startsWith('google.protobuf.') ? null : resolvedType
}

function titleOf(field: Field): string {
  const { resolvedType } = field
  const one =
    resolvedType === null
      ? field.type
      : resolvedType instanceof Type
        ? fullNameOf(resolvedType)
        : `one of ${Object.keys(resolvedType.values).join(', ')}`
  const oneof =
    field.partOf != null && !field.partOf.isProto3Optional ? `, one of "${field.partOf.name}"` : ''
  if (field.map) return `map from ${(field as unknown as MapField).keyType} to ${one}`
  return `${field.repeated ? `list of ${one}` : one}${oneof}`
}

/** What a proto2 field says itself. */
function defaultOf(field: Field): string | null {
  const value: unknown = field.options?.default
  return value === undefined ? null : (JSON.stringify(value) ?? null)
}

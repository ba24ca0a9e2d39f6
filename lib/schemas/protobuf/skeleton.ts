// A message to begin with: every field with the plainest value of its type, of a oneof the first,
// in the form in which messages are shown.

import type { Enum, Field, Type } from 'protobufjs'
import { setOwn } from '../exact-json.ts'
import { fullNameOf, shownName } from './file.ts'

/** Messages in messages are filled in so far; deeper ones are left out. */
const DEPTH_SHOWN = 5

/** `now`: the moment for timestamps, as ISO 8601. */
export function protobufSkeleton(type: Type, now: string): unknown {
  return messageOf(type, now, [])
}

function messageOf(type: Type, now: string, around: readonly Type[]): unknown {
  const special = wellKnown(type, now)
  if (special !== undefined) return special.value
  const data: Record<string, unknown> = {}
  const oneofs = new Set<string>()
  for (const field of type.fieldsArray) {
    field.resolve()
    const { partOf } = field
    if (partOf != null && !partOf.isProto3Optional) {
      if (oneofs.has(partOf.name)) continue
      oneofs.add(partOf.name)
    }
    const value = fieldOf(field, now, [...around, type])
    if (value !== undefined) setOwn(data, shownName(field), value)
  }
  return data
}

function fieldOf(field: Field, now: string, around: readonly Type[]): unknown {
  if (field.map) return {}
  if (field.repeated) return []
  const { resolvedType } = field
  if (resolvedType === null || !('fieldsArray' in resolvedType)) {
    return scalarOf(field, resolvedType as Enum | null)
  }
  const isDeep = around.includes(resolvedType) || around.length > DEPTH_SHOWN
  return isDeep && !field.required ? undefined : messageOf(resolvedType, now, around)
}

function scalarOf(field: Field, resolved: Enum | null): unknown {
  const fallback: unknown = field.options?.default
  if (['string', 'boolean', 'number'].includes(typeof fallback)) return fallback
  if (resolved !== null) return Object.keys(resolved.values)[0] ?? 0
  if (field.type === 'bool') return false
  return field.type === 'string' || field.type === 'bytes' ? '' : 0
}

function wellKnown(type: Type, now: string): { value: unknown } | undefined {
  const name = fullNameOf(type)
  const wrapped = /^google\.protobuf\.(\w+)Value$/.exec(name)?.[1]
  if (wrapped === 'String' || wrapped === 'Bytes') return { value: '' }
  if (wrapped === 'Bool') return { value: false }
  if (wrapped === 'List') return { value: [] }
  if (wrapped !== undefined) return { value: 0 }
  switch (name) {
    case 'google.protobuf.Timestamp':
      return { value: now }
    case 'google.protobuf.Duration':
      return { value: '0s' }
    case 'google.protobuf.FieldMask':
      return { value: '' }
    case 'google.protobuf.Struct':
      return { value: {} }
    case 'google.protobuf.Value':
      return { value: null }
    case 'google.protobuf.Any':
      return { value: { '@type': 'type.googleapis.com/google.protobuf.Empty' } }
    case 'confluent.type.Decimal':
      return { value: 0 }
    default:
      return undefined
  }
}

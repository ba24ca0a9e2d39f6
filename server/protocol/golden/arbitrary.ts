// Random values of any definition, for the property tests: one generator per message and
// version, with the fields that the version carries and nothing else.

import fc from 'fast-check'
import {
  type Field,
  type FieldType,
  includesVersion,
  type Message,
  parseVersions,
  type Struct,
} from '../definition.ts'

const bytes = fc.uint8Array({ maxLength: 12 }).map((array) => Buffer.from(array))

function arbitraryOfType(type: FieldType, version: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean()
    case 'int8':
      return fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 })
    case 'int16':
      return fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })
    case 'uint16':
      return fc.integer({ min: 0, max: 2 ** 16 - 1 })
    case 'int32':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    case 'uint32':
      return fc.integer({ min: 0, max: 2 ** 32 - 1 })
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    case 'float64':
      return fc.double()
    case 'uuid':
      return fc
        .uint8Array({ minLength: 16, maxLength: 16 })
        .map((array) => Buffer.from(array).toString('base64url'))
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 12 })
    case 'bytes':
    case 'records':
      return bytes
    case 'list':
      return fc.array(arbitraryOfType(type.element, version), { maxLength: 3 })
    case 'struct':
      return arbitraryOfStruct(type.struct, version)
  }
}

function isCarried(field: Field, version: number): boolean {
  return includesVersion(parseVersions(field.options.versions ?? '0+'), version)
}

function arbitraryOfField(field: Field, version: number): fc.Arbitrary<unknown> {
  const value = arbitraryOfType(field.type, version)
  const nullable = parseVersions(field.options.nullable ?? 'none')
  return includesVersion(nullable, version) ? fc.option(value, { nil: null }) : value
}

function arbitraryOfStruct(struct: Struct, version: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(struct.fields).filter(([, field]) => isCarried(field, version))
  return fc.record(
    Object.fromEntries(fields.map(([name, field]) => [name, arbitraryOfField(field, version)])),
    { noNullPrototype: true },
  )
}

export function arbitraryOf(
  message: Message,
  version: number,
): fc.Arbitrary<Record<string, unknown>> {
  return arbitraryOfStruct(message.root, version)
}

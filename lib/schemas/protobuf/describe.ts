// A .proto text as its FileDescriptorProto, for clients that read the compiled form alone (they
// ask a registry for `format=serialized`). What says how bytes are read is all there; options are
// left out but for those that change it, and so are comments.
//
// Nested messages stand before the entries of map fields: that is how clients that are given the
// compiled form count them when the text has been written from one.

import {
  Enum,
  Field,
  type MapField,
  type Method,
  type Namespace,
  type OneOf,
  Service,
  Type,
} from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor'
import { type ReferencedText, SchemaError } from '../schema.ts'
import { type DeclaringFile, readDeclaringFile } from './file.ts'

const TYPE_NUMBERS = new Map(
  [
    ...['double', 'float', 'int64', 'uint64', 'int32', 'fixed64', 'fixed32', 'bool', 'string'],
    ...['group', 'message', 'bytes', 'uint32', 'enum', 'sfixed32', 'sfixed64', 'sint32', 'sint64'],
  ].map((name, at) => [name, at + 1]),
)
const GROUP = 10
const MESSAGE = 11
const ENUM = 14
const OPTIONAL = 1
const REQUIRED = 2
const REPEATED = 3
const EDITIONS = new Map([
  ['2023', 1000],
  ['2024', 1001],
])

/** The bytes of the FileDescriptorProto. Throws SchemaError. */
export function serializeProtobuf(
  text: string,
  references: readonly ReferencedText[] = [],
): Uint8Array {
  const file = readDeclaringFile(text, references)
  try {
    const { FileDescriptorProto } = descriptor
    return FileDescriptorProto.encode(FileDescriptorProto.fromObject(fileOf(file))).finish()
  } catch (error) {
    if (error instanceof SchemaError) throw error
    throw new SchemaError(`The Protobuf schema cannot be compiled: ${(error as Error).message}.`)
  }
}

function fileOf({ package: named, imports, declared, text }: DeclaringFile): object {
  const plain = withoutComments(text)
  const edition = /\bedition\s*=\s*["'](\w+)["']/.exec(plain)?.[1]
  const syntax = /\bsyntax\s*=\s*["'](\w+)["']/.exec(plain)?.[1] ?? ''
  const shared = new Set(
    [...plain.matchAll(/\bimport\s+public\s+["']([^"']+)["']/g)].map(([, p]) => p),
  )
  return {
    name: 'schema.proto',
    ...(named === undefined ? {} : { package: named }),
    dependency: imports,
    publicDependency: imports.flatMap((name, at) => (shared.has(name) ? [at] : [])),
    messageType: declared.filter(isType).map(messageOf),
    enumType: declared.filter((one) => one instanceof Enum).map(enumOf),
    extension: declared.filter((one) => one instanceof Field).map(fieldOf),
    service: declared.filter((one) => one instanceof Service).map(serviceOf),
    ...(edition === undefined
      ? // protoc does not say proto2, either.
        syntax === 'proto3'
        ? { syntax }
        : {}
      : { syntax: 'editions', edition: EDITIONS.get(edition) ?? 0 }),
  }
}

/** Strings stay, so that what looks like a comment in one is none. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string: string | undefined) => string ?? ' ',
  )
}

const isType = (one: unknown): one is Type => one instanceof Type

function messageOf(type: Type): object {
  // What other places add to the type by `extend` is not declared here.
  const own = type.fieldsArray.filter((field) => field.declaringField == null)
  // Those of a single `optional` field must stand behind all others.
  const oneofs = [...type.oneofsArray].sort((a, b) => Number(isImplied(a)) - Number(isImplied(b)))
  const nested: Namespace['nestedArray'] = type.nestedArray
  const { reserved = [], extensions = [] } = type as { reserved?: Span[]; extensions?: Span[] }
  return {
    name: type.name,
    field: own.map((field) => {
      const { partOf } = field
      return {
        ...fieldOf(field),
        ...(partOf == null ? {} : { oneofIndex: oneofs.indexOf(partOf) }),
      }
    }),
    oneofDecl: oneofs.map(({ name }) => ({ name })),
    nestedType: [...nested.filter(isType).map(messageOf), ...own.filter(isMap).map(entryOf)],
    enumType: nested.filter((one) => one instanceof Enum).map(enumOf),
    extension: nested.filter((one) => one instanceof Field).map(fieldOf),
    extensionRange: spansOf(extensions, 1),
    reservedRange: spansOf(reserved, 1),
    reservedName: (reserved as unknown[]).filter((one) => typeof one === 'string'),
  }
}

type Span = number[] | string

/** `past`: 1 where the end is the first number that is outside. */
function spansOf(spans: readonly Span[] | null, past: number): object[] {
  return (spans ?? []).flatMap((one) =>
    typeof one === 'string' ? [] : [{ start: one[0], end: (one[1] ?? 0) + past }],
  )
}

const isMap = (field: Field): boolean => field.map

function isImplied(oneof: OneOf): boolean {
  return oneof.fieldsArray.length === 1 && oneof.fieldsArray[0]?.options?.proto3_optional === true
}

const protoNameOf = (field: Field): string =>
  (field as Field & { protoName?: string | null }).protoName ?? field.name

/** As compilers name the type of a map's entries: by_bool has ByBoolEntry. */
function entryNameOf(field: Field): string {
  const camel = protoNameOf(field).replace(/(?:^|_)([a-zA-Z0-9]?)/g, (_, first: string) =>
    first.toUpperCase(),
  )
  return `${camel}Entry`
}

function entryOf(field: Field): object {
  const { keyType } = field as unknown as MapField
  const key = { name: 'key', number: 1, label: OPTIONAL, type: TYPE_NUMBERS.get(keyType) }
  const value = { name: 'value', number: 2, label: OPTIONAL, ...typeOf(field) }
  return { name: entryNameOf(field), field: [key, value], options: { mapEntry: true } }
}

function typeOf(field: Field): { type: number | undefined; typeName?: string } {
  const type = field.resolve().resolvedType
  if (type == null) return { type: TYPE_NUMBERS.get(field.type) }
  if (type instanceof Enum) return { type: ENUM, typeName: type.fullName }
  const isGroup = (type as { group?: boolean }).group === true
  return { type: isGroup ? GROUP : MESSAGE, typeName: type.fullName }
}

function fieldOf(field: Field): object {
  const { id, options, parent } = field
  const name = protoNameOf(field)
  if (isMap(field)) {
    const typeName = `${parent?.fullName}.${entryNameOf(field)}`
    return { name, number: id, label: REPEATED, type: MESSAGE, typeName }
  }
  const extended = (field as Field & { extensionField?: Field | null }).extensionField?.parent
  const defaulted = options?.default
  return {
    name,
    number: id,
    label: field.repeated ? REPEATED : field.required ? REQUIRED : OPTIONAL,
    ...typeOf(field),
    ...(extended == null ? {} : { extendee: extended.fullName }),
    ...(defaulted == null ? {} : { defaultValue: String(defaulted) }),
    ...(typeof options?.json_name === 'string' ? { jsonName: options.json_name } : {}),
    ...(options?.proto3_optional === true ? { proto3Optional: true } : {}),
    ...(typeof options?.packed === 'boolean' ? { options: { packed: options.packed } } : {}),
  }
}

function enumOf(object: unknown): object {
  const { name, values, options, reserved } = object as Enum & { reserved?: Span[] | null }
  return {
    name,
    value: Object.entries(values).map(([value, number]) => ({ name: value, number })),
    reservedRange: spansOf(reserved ?? [], 0),
    reservedName: (reserved ?? []).filter((one) => typeof one === 'string'),
    ...(options?.allow_alias === true ? { options: { allowAlias: true } } : {}),
  }
}

function serviceOf(object: unknown): object {
  const { name, methodsArray } = object as Service
  return {
    name,
    method: methodsArray.map((method) => ({
      name: method.name,
      inputType: (method.resolve() as Method).resolvedRequestType?.fullName,
      outputType: method.resolvedResponseType?.fullName,
      clientStreaming: method.requestStream === true,
      serverStreaming: method.responseStream === true,
    })),
  }
}

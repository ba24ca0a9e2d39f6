// A .proto text with its imports, or a FileDescriptorSet, as resolved messages. Reading the
// language is left to protobufjs; of what it offers only the reflection is used, never the code
// that it can generate.

import protobuf, {
  type Field,
  type Namespace,
  type ReflectionObject,
  type Root,
  Type,
} from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor'
import descriptorTypes from 'protobufjs/google/protobuf/descriptor.json' with { type: 'json' }
import { type ReferencedText, SchemaError } from '../schema.ts'
import { printFileDescriptor } from './print.ts'

export interface ProtobufFile {
  root: Root
  /** Of the file itself; undefined for none, and for a descriptor set. */
  package: string | undefined
  /** The message types that the file itself declares, as the wire format numbers them. */
  messages: readonly DeclaredMessage[]
}

export interface DeclaredMessage {
  type: Type
  /** In the order of their declaration, without map entries and groups. */
  nested: readonly DeclaredMessage[]
}

export const OPTIONS = { keepCase: true, alternateCommentMode: true }

/** Imports that are there for everybody, though no reference brings them. */
const KNOWN_TEXTS = new Map([
  [
    'confluent/meta.proto',
    'syntax = "proto3"; package confluent; import "google/protobuf/descriptor.proto";' +
      'message Meta { string doc = 1; map<string, string> params = 2; repeated string tags = 3; }' +
      'extend google.protobuf.FileOptions { Meta file_meta = 1088; }' +
      'extend google.protobuf.MessageOptions { Meta message_meta = 1088; }' +
      'extend google.protobuf.FieldOptions { Meta field_meta = 1088; }' +
      'extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }' +
      'extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }',
  ],
  [
    'confluent/type/decimal.proto',
    'syntax = "proto3"; package confluent.type;' +
      'message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
  ],
])

type Definitions = Parameters<Root['addJSON']>[0]

/** What an import brings that needs no file: a text, or what protobufjs has of Google's own. */
export function knownImport(name: string): string | Definitions | undefined {
  const text = KNOWN_TEXTS.get(name)
  if (text !== undefined) return text
  const wellKnown =
    name === 'google/protobuf/descriptor.proto' ? descriptorTypes : protobuf.common.get(name)
  return wellKnown?.nested == null ? undefined : (wellKnown.nested as Definitions)
}

/**
 * Some clients register a file as the base64 of its FileDescriptorProto instead of its text, and
 * some registries hand it out so. Throws SchemaError.
 */
export function parseProtobuf(
  text: string,
  references: readonly ReferencedText[] = [],
): ProtobufFile {
  const { root, alone } = read(text, references)
  return { root, package: alone.package, messages: declaredIn(placeOf(alone), root) }
}

/** What one file declares, resolved with all that it imports. */
export interface DeclaringFile {
  /** As .proto, also where it was given compiled. */
  text: string
  package: string | undefined
  imports: readonly string[]
  declared: readonly ReflectionObject[]
}

/** Throws SchemaError. */
export function readDeclaringFile(
  text: string,
  references: readonly ReferencedText[] = [],
): DeclaringFile {
  const { root, alone } = read(text, references)
  const declared = placeOf(alone).nestedArray.flatMap((one) => {
    // A namespace of the same package, but of a file that is imported, is not declared here.
    const resolved = root.lookup(one.fullName)
    return resolved === null ? [] : [resolved]
  })
  return { text: protoTextOf(text), package: alone.package, imports: alone.imports, declared }
}

function placeOf(alone: ReadFile): Namespace {
  const place = alone.package === undefined ? alone.root : alone.root.lookup(alone.package)
  return place as Namespace
}

/** The file by itself, and in a root that has what it imports as well. */
function read(
  text: string,
  references: readonly ReferencedText[],
): { root: Root; alone: ReadFile } {
  const root = new protobuf.Root()
  const texts = new Map(references.map((reference) => [reference.name, reference.text]))
  const done = new Set<string>()
  const missing: string[] = []
  const include = (name: string) => {
    if (done.has(name)) return
    done.add(name)
    const found = texts.get(name) ?? knownImport(name)
    if (typeof found === 'string') {
      for (const wanted of readInto(root, found, `reference ${name}`).imports) include(wanted)
    } else if (found === undefined) missing.push(name)
    else root.addJSON(found)
  }
  // Alone first: beside its imports, its own messages could not be told from theirs.
  const alone = readInto(new protobuf.Root(), text, 'schema')
  const own = readInto(root, text, 'schema')
  for (const name of own.imports) include(name)
  resolve(root, missing)
  return { root, alone }
}

/** The files of a FileDescriptorSet, as `protoc --descriptor_set_out` writes it. */
export function readDescriptorSet(bytes: Uint8Array): ProtobufFile {
  let root: Root
  try {
    root = (
      protobuf.Root as unknown as { fromDescriptor(set: unknown, options: object): Root }
    ).fromDescriptor(descriptor.FileDescriptorSet.decode(bytes), { keepCase: true })
  } catch (error) {
    throw new SchemaError(`This is no FileDescriptorSet: ${(error as Error).message}.`)
  }
  resolve(root, [])
  return { root, package: undefined, messages: declaredIn(root, root) }
}

interface ReadFile {
  root: Root
  package: string | undefined
  imports: readonly string[]
}

function readInto(root: Root, text: string, what: string): ReadFile {
  try {
    const parsed = protobuf.parse(protoTextOf(text), root, OPTIONS)
    const imports = [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]
    return { root, package: parsed.package, imports }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SchemaError(`The Protobuf ${what} is nested too deeply.`)
    }
    throw new SchemaError(`In the Protobuf ${what}: ${(error as Error).message}.`)
  }
}

/** The text itself, or of base64 the file that it describes. Throws where that is none. */
export function protoTextOf(text: string): string {
  if (
    !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ||
    /^\s*(syntax|package|import|message)\b/.test(text)
  ) {
    return text
  }
  const packed = atob(text.replace(/\s/g, ''))
  return printFileDescriptor(Uint8Array.from(packed, (character) => character.charCodeAt(0)))
}

function resolve(root: Root, missing: readonly string[]): void {
  try {
    root.resolveAll()
  } catch (error) {
    const reason = (error as Error).message
    // What only options refer to does not matter for reading, so a missing import may be no harm.
    const cause =
      missing.length === 0
        ? ''
        : ` It imports ${missing.map((name) => `"${name}"`).join(', ')}, which no reference brings.`
    throw new SchemaError(`In the Protobuf schema: ${reason}.${cause}`)
  }
}

function declaredIn(place: Namespace, root: Root): DeclaredMessage[] {
  const messages: DeclaredMessage[] = []
  for (const object of place.nestedArray) {
    if (object instanceof Type) {
      if ((object as { group?: boolean }).group === true) continue
      messages.push({
        type: root.lookupType(object.fullName),
        nested: declaredIn(object, root),
      })
    } else if (place === root && object instanceof protobuf.Namespace) {
      // Of a descriptor set, whose files may be of several packages.
      messages.push(...declaredIn(object, root))
    }
  }
  return messages
}

/**
 * The message at these indexes. Clients disagree whether the entries of map fields count among
 * the nested messages: Java's do not count them, others do, and so a nested message that stands
 * behind the fields has its number raised by the number of maps. Throws SchemaError.
 */
export function messageAt(file: ProtobufFile, indexes: readonly number[]): Type {
  let messages = file.messages
  let found: DeclaredMessage | undefined
  for (const index of indexes) {
    const maps: number = found?.type.fieldsArray.filter((field) => field.map).length ?? 0
    found = messages[index] ?? messages[index - maps]
    if (found === undefined) {
      throw new SchemaError(`The Protobuf schema has no message at index ${indexes.join('.')}.`)
    }
    messages = found.nested
  }
  if (found === undefined) throw new SchemaError('The Protobuf schema has no message.')
  return found.type
}

/** The message of this name, with or without its package. Throws SchemaError. */
export function messageNamed(file: ProtobufFile, name: string): Type {
  try {
    return file.root.lookupType(name)
  } catch {
    throw new SchemaError(`The Protobuf schema has no message "${name}".`)
  }
}

/** Without the dot in front. */
export function fullNameOf(type: { fullName: string }): string {
  return type.fullName.replace(/^\./, '')
}

/** As the .proto text has it; an extension's in brackets. */
export function shownName(field: Field): string {
  const { name, protoName } = field as Field & { protoName?: string | null }
  return name.startsWith('.') ? `[${name.slice(1)}]` : (protoName ?? name)
}

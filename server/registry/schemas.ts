// Schema texts as the registry keeps them: parsed, so that nothing invalid is registered, and in
// one spelling, so that white space makes no new schema.
//
// Differs from Confluent: a .proto keeps its text, comments and all, since that is its
// documentation; without comments it is the same schema as one that says the same otherwise.

import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json'
import { parseAvro } from '../../lib/schemas/avro/parse.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../lib/schemas/compile.ts'
import { serializeProtobuf } from '../../lib/schemas/protobuf/describe.ts'
import { protoTextOf } from '../../lib/schemas/protobuf/file.ts'
import { printFileDescriptor } from '../../lib/schemas/protobuf/print.ts'
import { type ReferencedText, SchemaError, type SchemaText } from '../../lib/schemas/schema.ts'
import { spellAvro } from './avro-text.ts'
import { checkJsonSchema } from './json-schema-check.ts'
import { refuse } from './refusal.ts'
import type { ContextState, Reference, RegistryState, SchemaContent } from './state.ts'
import { contentKey, contextOf, normalSubject } from './state.ts'

/** Checks it, and answers it as it is kept. Throws RegistryRefusal. */
export function canonicalContent(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  normalize: boolean,
): SchemaContent {
  if (content.text.length > SCHEMA_TEXT_MAX) {
    throw refuse.tooLarge(`it has more than ${SCHEMA_TEXT_MAX} characters`)
  }
  if (content.text.trim() === '') throw refuse.invalidSchema('it is empty')
  const references = normalize ? sortedReferences(content.references) : content.references
  try {
    // As it came: in one spelling some mistakes would not show.
    if (content.type === 'AVRO') parseOf(state, subject, content)
    const kept = { ...content, references, text: spell(content, normalize) }
    parseOf(state, subject, kept)
    return kept
  } catch (error) {
    if (error instanceof SchemaError) throw refuse.invalidSchema(error.message)
    throw error
  }
}

function parseOf(state: RegistryState, subject: string, content: SchemaContent): void {
  const resolved = resolve(state, subject, content)
  if (content.type === 'AVRO') parseAvro(resolved.text, resolved.references)
  else compileSchema(resolved)
  if (content.type === 'JSON') checkJsonSchema(content.text)
}

/**
 * As it is asked for. `serialized`: Protobuf as the base64 of its FileDescriptorProto, which is all
 * that some clients can read. `ignore_extensions`: Protobuf without options that are extensions.
 * `resolved`: Avro with what it refers to inside. Formats that are not known change nothing.
 */
export function formatted(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  format: string | null,
): SchemaContent {
  const isKnown =
    (content.type === 'PROTOBUF' && (format === 'serialized' || format === 'ignore_extensions')) ||
    (content.type === 'AVRO' && format === 'resolved')
  if (!isKnown) return content
  try {
    const { text, references } = resolve(state, subject, content)
    if (content.type === 'AVRO') return { ...content, text: inlineAvro(text, references) }
    const bytes = serializeProtobuf(text, references)
    return {
      ...content,
      text:
        format === 'serialized'
          ? Buffer.from(bytes).toString('base64')
          : printFileDescriptor(bytes),
    }
  } catch (error) {
    if (error instanceof SchemaError) throw refuse.invalidSchema(error.message)
    throw error
  }
}

function sortedReferences(references: readonly Reference[]): readonly Reference[] {
  const byKey = new Map(
    references.map((one) => [`${one.name}\n${one.subject}\n${one.version}`, one]),
  )
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** What stands for a text when it is told apart from others; null for what cannot be read. */
const forms = new WeakMap<SchemaContent, string | null>()

/**
 * Whether a text is a schema that is there already, in other words: of .proto texts without
 * comments, what their compiled forms say; of others, also what another registry spelled otherwise.
 */
export function isSameForm(
  state: RegistryState,
  subject: string,
  given: SchemaContent,
  kept: SchemaContent,
): boolean {
  if (given.type !== kept.type) return false
  if (given.type === 'PROTOBUF' && hasComments(given.text)) return false
  const bare = (content: SchemaContent) => contentKey({ ...content, text: '' })
  if (bare(given) !== bare(kept)) return false
  const form = formOf(state, subject, given)
  return form !== null && form === formOf(state, subject, kept)
}

function printed(state: RegistryState, subject: string, content: SchemaContent): string {
  const { text, references } = resolve(state, subject, content)
  return printFileDescriptor(serializeProtobuf(text, references))
}

function formOf(state: RegistryState, subject: string, content: SchemaContent): string | null {
  let form = forms.get(content)
  if (form === undefined) {
    try {
      form = content.type === 'PROTOBUF' ? printed(state, subject, content) : spell(content, false)
    } catch {
      form = null
    }
    forms.set(content, form)
  }
  return form
}

function hasComments(text: string): boolean {
  return /\/[/*]/.test(text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, ''))
}

function spell({ type, text }: SchemaContent, normalize: boolean): string {
  if (type === 'PROTOBUF') {
    try {
      const proto = protoTextOf(text)
      return normalize ? `${proto.trim()}\n` : proto
    } catch (error) {
      throw new SchemaError(`it is no .proto file: ${(error as Error).message}`)
    }
  }
  const json = parseJson(text, type === 'AVRO')
  if (type === 'AVRO') return write(spellAvro(json))
  return write(normalize ? sorted(json) : json)
}

function parseJson(text: string, isAvro: boolean): unknown {
  try {
    return parseLossless(text, null, { onDuplicateKey: ({ newValue }) => newValue })
  } catch (error) {
    // A bare name of a type, which JSON would want in quotes.
    if (isAvro && /^\s*[a-z]+\s*$/.test(text)) return text.trim()
    throw new SchemaError(`it is not valid JSON: ${(error as Error).message}`)
  }
}

function write(json: unknown): string {
  return stringifyLossless(json) ?? 'null'
}

/** The definitions of the references, each where its name is used first. */
function inlineAvro(text: string, references: readonly ReferencedText[]): string {
  const known = new Map<string, unknown>()
  for (const reference of references) {
    const json = parseJson(reference.text, true) as { name?: unknown; namespace?: unknown } | null
    if (typeof json?.name !== 'string') continue
    const space =
      typeof json.namespace === 'string' && !json.name.includes('.') ? json.namespace : ''
    known.set(space === '' ? json.name : `${space}.${json.name}`, json)
  }
  const isType = new Set(['type', 'items', 'values'])
  const put = (json: unknown, space: string, isName: boolean): unknown => {
    if (typeof json === 'string' && isName) {
      const full = json.includes('.') || space === '' ? json : `${space}.${json}`
      const name = known.has(full) ? full : json
      const found = known.get(name)
      if (found === undefined) return json
      known.delete(name)
      return put(found, '', true)
    }
    if (Array.isArray(json)) return json.map((one) => put(one, space, isName))
    if (typeof json !== 'object' || json === null || 'isLosslessNumber' in json) return json
    const { name, namespace } = json as { name?: unknown; namespace?: unknown }
    const dot = typeof name === 'string' ? name.lastIndexOf('.') : -1
    const inside = dot >= 0 ? (name as string).slice(0, dot) : namespace
    const own = typeof inside === 'string' ? inside : space
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => {
        const holds = isType.has(key) || key === 'fields'
        return [key, holds ? put(value, own, isType.has(key)) : value]
      }),
    )
  }
  return write(spellAvro(put(parseJson(text, true), '', true)))
}

function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted)
  if (typeof json !== 'object' || json === null || 'isLosslessNumber' in json) return json
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, value]) => [name, sorted(value)]))
}

const REFERENCES_MAX = 500

/** With the texts of all that it refers to. Throws RegistryRefusal for what is not there. */
export function resolve(
  state: RegistryState,
  subject: string,
  { type, text, references }: SchemaContent,
): SchemaText {
  const texts: ReferencedText[] = []
  const seen = new Set<string>()
  const follow = (wanted: readonly Reference[]) => {
    for (const { name, subject: named, version } of wanted) {
      const found = findVersion(state, subject, named, version)
      if (found === undefined) {
        throw refuse.invalidSchema(
          `the reference "${name}" (subject '${named}', version ${version}) does not exist`,
        )
      }
      const key = `${name}\n${found.key}`
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > REFERENCES_MAX) {
        throw refuse.invalidSchema(`it refers to more than ${REFERENCES_MAX} others`)
      }
      follow(found.content.references)
      texts.push({ name, text: found.content.text })
    }
  }
  follow(references)
  return { type, text, references: texts }
}

/** References stay in their context where they do not name one. Soft deleted ones still count. */
function findVersion(state: RegistryState, from: string, named: string, version: number) {
  const context = contextOf(from)
  const subject = normalSubject(
    named.startsWith(':.') || context === '.' ? named : `:${context}:${named}`,
  )
  const versions = state.subjects.get(subject) ?? []
  const found =
    version === -1
      ? versions.findLast(({ deleted }) => !deleted)
      : versions.find((one) => one.version === version)
  if (found === undefined) return undefined
  const content = contentOf(state.contexts.get(contextOf(subject)), found.id)
  return content && { content, key: `${subject}\n${found.version}` }
}

function contentOf(context: ContextState | undefined, id: number): SchemaContent | undefined {
  return context?.schemas.get(id)
}

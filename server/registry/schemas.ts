// Schema texts as the registry keeps them: parsed, so that nothing invalid is registered, and in
// one spelling, so that white space makes no new schema.
//
// Differs from Confluent: Avro and JSON keep the order of their attributes; what is left out is
// white space alone, unless `normalize` asks for one order.

import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json'
import { parseAvro } from '../../lib/schemas/avro/parse.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../lib/schemas/compile.ts'
import { serializeProtobuf } from '../../lib/schemas/protobuf/describe.ts'
import { protoTextOf } from '../../lib/schemas/protobuf/file.ts'
import { type ReferencedText, SchemaError, type SchemaText } from '../../lib/schemas/schema.ts'
import { refuse } from './refusal.ts'
import type { ContextState, Reference, RegistryState, SchemaContent } from './state.ts'
import { contextOf, normalSubject } from './state.ts'

/** Checks it, and answers it as it is kept. Throws RegistryRefusal. */
export function canonicalContent(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  normalize: boolean,
): SchemaContent {
  if (content.text.length > SCHEMA_TEXT_MAX) {
    throw refuse.invalidSchema(`it has more than ${SCHEMA_TEXT_MAX} characters`)
  }
  const references = normalize
    ? [...content.references].sort((a, b) => (a.name < b.name ? -1 : 1))
    : content.references
  try {
    const text = spell(content, normalize)
    const kept = { ...content, references, text }
    const resolved = resolve(state, subject, kept)
    if (content.type === 'AVRO') parseAvro(resolved.text, resolved.references)
    else compileSchema(resolved)
    return kept
  } catch (error) {
    if (error instanceof SchemaError) throw refuse.invalidSchema(error.message)
    throw error
  }
}

/**
 * As it is asked for: with `serialized`, Protobuf is the base64 of its FileDescriptorProto, which is
 * all that some clients can read. Other formats change nothing.
 */
export function formatted(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  format: string | null,
): SchemaContent {
  if (format !== 'serialized' || content.type !== 'PROTOBUF') return content
  try {
    const { text, references } = resolve(state, subject, content)
    return { ...content, text: Buffer.from(serializeProtobuf(text, references)).toString('base64') }
  } catch (error) {
    if (error instanceof SchemaError) throw refuse.invalidSchema(error.message)
    throw error
  }
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
  let json: unknown
  try {
    json = parseLossless(text, null, { onDuplicateKey: ({ newValue }) => newValue })
  } catch (error) {
    // A bare name of a type, which JSON would want in quotes.
    if (type === 'AVRO' && /^\s*[a-z]+\s*$/.test(text)) json = text.trim()
    else throw new SchemaError(`it is not valid JSON: ${(error as Error).message}`)
  }
  return stringifyLossless(normalize ? sorted(json) : json) ?? 'null'
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

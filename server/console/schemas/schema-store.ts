// Schemas that one thread has fetched and compiled, for decoding: each once, the least used given
// up when there are too many. What a registry does not have, or could not say, is remembered for a
// while too, so that a topic full of unknown ids does not ask for each record.

import { z } from 'zod'
import { type FoundSchema, type SchemaKey, textOfKey } from '../../../lib/decode/index.ts'
import { fingerprintOf } from '../../../lib/schemas/avro/canonical.ts'
import { parseAvro } from '../../../lib/schemas/avro/parse.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../../lib/schemas/compile.ts'
import { SchemaError, type SchemaText } from '../../../lib/schemas/schema.ts'
import type { LoadingSource } from './decoding.ts'
import { inPath, NoAnswerError, type RegistryClient, RegistryError } from './registry-client.ts'
import { PATIENCE_MS, type PatienceOptions, RegistryPatience } from './registry-patience.ts'
import { schemaById, schemaVersion, withReferences } from './schema-texts.ts'

interface Entry {
  answer: FoundSchema | { reason: string }
  /** Characters of the schema with its references. */
  size: number
  /** When it is to be asked again, by the clock; Infinity for what does not change. */
  until: number
  /** Stands for an answer that is still waited for. */
  isLate?: boolean
}

export interface SchemaStoreOptions extends PatienceOptions {
  client: RegistryClient
  schemasMax?: number
  charactersMax?: number
}

const SCHEMAS_MAX = 2_000
const CHARACTERS_MAX = 32 * 1024 * 1024
/** A schema may be registered any moment. */
const MISSING_MS = 10_000
const FAILED_MS = 5_000
/** The latest version of a subject may change. */
const LATEST_MS = 10_000
/** Fingerprints are looked for in this many subjects. */
const FINGERPRINT_SUBJECTS_MAX = 1_000

export class SchemaStore implements LoadingSource {
  private readonly options: Required<Omit<SchemaStoreOptions, 'wait'>>
  /** The least recently used first. */
  private readonly entries = new Map<string, Entry>()
  private readonly loading = new Map<string, Promise<void>>()
  private readonly patience: RegistryPatience
  private characters = 0

  constructor(options: SchemaStoreOptions) {
    this.patience = new RegistryPatience(options)
    this.options = { schemasMax: SCHEMAS_MAX, charactersMax: CHARACTERS_MAX, ...options }
  }

  get size(): number {
    return this.entries.size
  }

  find(key: SchemaKey): FoundSchema | { reason: string } | undefined {
    return this.entryOf(textOfKey(key))?.answer
  }

  /** For who waits until the registry has answered or given up, however slow it is. */
  readonly patient: LoadingSource = {
    find: (key) => {
      const entry = this.entryOf(textOfKey(key))
      return entry?.isLate === true ? undefined : entry?.answer
    },
    load: async (key) => {
      await this.begin(key)
    },
  }

  private entryOf(text: string): Entry | undefined {
    const entry = this.entries.get(text)
    if (entry === undefined) return undefined
    if (entry.until <= this.options.now()) {
      this.forget(text, entry)
      return undefined
    }
    if (this.entries.size > this.options.schemasMax / 2) {
      this.entries.delete(text)
      this.entries.set(text, entry)
    }
    return entry
  }

  /**
   * Afterwards `find` has an answer: that of the registry, or why it is not there in time. Never
   * rejects.
   */
  async load(key: SchemaKey): Promise<void> {
    const load = this.begin(key)
    if (load === undefined || (await this.patience.isInTime(load))) return
    const text = textOfKey(key)
    const reason =
      `${what(key)} is not here yet: the schema registry gave no answer ` +
      `within ${PATIENCE_MS / 1000} s and is still waited for`
    const until = Number.POSITIVE_INFINITY
    // The answer takes its place when it comes; it may have come just now.
    if (this.loading.has(text))
      this.keep(text, { answer: { reason }, size: 0, until, isLate: true })
  }

  /** Undefined when the registry is not asked now, which then is the answer. */
  private begin(key: SchemaKey): Promise<void> | undefined {
    const text = textOfKey(key)
    const underWay = this.loading.get(text)
    if (underWay !== undefined) return underWay
    const refusal = this.patience.refusal(this.loading.size)
    if (refusal !== undefined) {
      const { reason, until } = refusal
      this.keep(text, { answer: { reason }, size: 0, until })
      return undefined
    }
    const load = this.fetch(key).then(
      (entry) => {
        this.loading.delete(text)
        this.keep(text, entry)
      },
      (error: unknown) => {
        this.loading.delete(text)
        throw error
      },
    )
    this.loading.set(text, load)
    return load
  }

  private keep(text: string, entry: Entry): void {
    const before = this.entries.get(text)
    if (before !== undefined) this.forget(text, before)
    this.entries.set(text, entry)
    this.characters += entry.size
    const { schemasMax, charactersMax } = this.options
    for (const [oldest, old] of this.entries) {
      const isTooMuch = this.entries.size > schemasMax || this.characters > charactersMax
      if (!isTooMuch || oldest === text) break
      this.forget(oldest, old)
    }
  }

  private forget(text: string, entry: Entry): void {
    this.entries.delete(text)
    this.characters -= entry.size
  }

  private async fetch(key: SchemaKey): Promise<Entry> {
    const later = (ms: number) => this.options.now() + ms
    try {
      const { text, use, untilMs } = await this.textFor(key)
      const size = text.references.reduce((sum, one) => sum + one.text.length, text.text.length)
      if (size > SCHEMA_TEXT_MAX) {
        return {
          answer: { reason: `the schema has ${size} characters, too many` },
          size: 0,
          until: later(LATEST_MS),
        }
      }
      const schema = compileSchema(text, messageOf(key))
      const answer = { schema, use: { ...use, type: schema.type, name: schema.name } }
      return { answer, size, until: untilMs === null ? Number.POSITIVE_INFINITY : later(untilMs) }
    } catch (error) {
      if (error instanceof SchemaError) {
        return { answer: { reason: error.message }, size: 0, until: later(FAILED_MS) }
      }
      if (!(error instanceof RegistryError)) throw error
      if (error instanceof NoAnswerError) this.patience.gaveNoAnswer(error.message)
      const reason =
        error.status === 404 ? `${what(key)} does not exist in the schema registry` : error.message
      return { answer: { reason }, size: 0, until: later(error.isPassing ? FAILED_MS : MISSING_MS) }
    }
  }

  private async textFor(key: SchemaKey): Promise<{
    text: SchemaText
    use: { id: number | null; subject: string | null; version: number | null }
    untilMs: number | null
  }> {
    const { client } = this.options
    switch (key.kind) {
      case 'id':
      case 'guid': {
        const path = key.kind === 'id' ? `/schemas/ids/${key.id}` : `/schemas/guids/${key.guid}`
        const found = await client.get(path, schemaById)
        const id = key.kind === 'id' ? key.id : (found.id ?? null)
        const text = await withReferences(client, found)
        return { text, use: { id, subject: null, version: null }, untilMs: null }
      }
      case 'subject': {
        const path = `/subjects/${inPath(key.subject)}/versions/${key.version ?? 'latest'}`
        const found = await client.get(path, schemaVersion)
        const text = await withReferences(client, found)
        const { id, subject, version } = found
        const untilMs = key.version === null ? LATEST_MS : null
        return { text, use: { id, subject, version }, untilMs }
      }
      case 'fingerprint':
        return this.textByFingerprint(key.fingerprint)
      case 'file':
        throw new SchemaError('this cluster has no .proto files configured')
    }
  }

  /** A registry cannot be asked for a fingerprint, so those of all latest versions are made. */
  private async textByFingerprint(fingerprint: string) {
    const { client } = this.options
    const subjects = await client.get('/subjects', z.array(z.string()))
    for (const subject of subjects.slice(0, FINGERPRINT_SUBJECTS_MAX)) {
      const versions = await client.get(
        `/subjects/${inPath(subject)}/versions`,
        z.array(z.number()),
      )
      for (const version of versions.reverse()) {
        const found = await client.get(
          `/subjects/${inPath(subject)}/versions/${version}`,
          schemaVersion,
        )
        if (found.schemaType !== 'AVRO') break
        const text = await withReferences(client, found)
        if (fingerprintText(text) === fingerprint) {
          return { text, use: { id: found.id, subject, version: found.version }, untilMs: null }
        }
      }
    }
    throw new RegistryError(
      `No Avro schema in the registry has the fingerprint ${fingerprint}.`,
      422,
    )
  }
}

function fingerprintText({ text, references }: SchemaText): string | undefined {
  try {
    const root = parseAvro(text, references, { strict: false })
    return fingerprintOf(root).toString(16).padStart(16, '0')
  } catch {
    return undefined
  }
}

function messageOf(key: SchemaKey) {
  if (key.kind === 'subject') return key.message === null ? undefined : { name: key.message }
  if (key.kind === 'file') return { name: key.message }
  if (key.kind === 'fingerprint' || key.message === undefined) return undefined
  return { indexes: key.message }
}

function what(key: SchemaKey): string {
  switch (key.kind) {
    case 'id':
      return `schema ${key.id}`
    case 'guid':
      return `schema ${key.guid}`
    case 'subject':
      return `subject "${key.subject}"${key.version === null ? '' : `, version ${key.version},`}`
    case 'fingerprint':
      return `a schema with the fingerprint ${key.fingerprint}`
    case 'file':
      return `the message ${key.message}`
  }
}

// Our definitions say what Apache Kafka's own say: field by field, against the JSON inside the
// jars of a Kafka installation. There is no difference, so none is listed here; one that is made
// on purpose has to be, with its reason.
//
// Skipped with the reason printed where the jars are absent: they are looked for in
// REAL_KAFKA_CACHE, by default ~/.cache/real-kafka.

import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FieldType, parseVersions, type Struct, type VersionRange } from './definition.ts'
import { allDefinitions, type NamedDefinition } from './golden/definitions.ts'
import { readZipEntries } from './golden/zip.ts'

const JARS = [
  'kafka-clients',
  'kafka-metadata',
  'kafka-group-coordinator',
  'kafka-share-coordinator',
  'kafka-transaction-coordinator',
  'kafka-storage',
]

interface JsonField {
  name: string
  type: string
  versions?: string
  nullableVersions?: string
  tag?: number
  taggedVersions?: string
  flexibleVersions?: string
  default?: unknown
  ignorable?: boolean
  fields?: JsonField[]
}

interface JsonMessage {
  name: string
  apiKey?: number
  type: string
  validVersions: string
  flexibleVersions?: string
  fields: JsonField[]
  commonStructs?: { name: string; versions?: string; fields: JsonField[] }[]
}

/** One line per field, in order: what must be the same on both sides. */
type Facts = string[]

function findJars(): string[] {
  const cache = process.env.REAL_KAFKA_CACHE ?? join(homedir(), '.cache', 'real-kafka')
  let paths: string[] = []
  try {
    paths = readdirSync(cache, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return paths
    .filter((path) => JARS.some((jar) => new RegExp(`(^|/)${jar}-\\d[^/]*\\.jar$`).test(path)))
    .map((path) => join(cache, path))
}

function parseCommented(text: string): JsonMessage {
  return JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|\/\/.*$/gm, '$1')) as JsonMessage
}

function loadKafka(jars: string[]): Map<string, JsonMessage> {
  const messages = new Map<string, JsonMessage>()
  for (const jar of jars) {
    for (const entry of readZipEntries(readFileSync(jar))) {
      if (!/(^|\/)(message|metadata)\/\w+\.json$/.test(entry.name)) continue
      const message = parseCommented(entry.read().toString('utf8'))
      messages.set(message.name, message)
    }
  }
  return messages
}

/** Versions of `inner` among those of the message, written out: '3+' of 0-5 and '3-5' are the same. */
function clip(text: string | undefined, whole: VersionRange): string {
  const range = parseVersions(text ?? 'none')
  const first = Math.max(range.first, whole.first)
  const last = Math.min(range.last, whole.last)
  return last < first ? 'none' : `${first}-${last}`
}

function intersect(text: string, within: string): string {
  return within === 'none' ? 'none' : clip(text, parseVersions(within))
}

/** A default as text; the one that a type has by itself when none is given. */
function defaultText(type: string, given: unknown): string {
  if (given === 'null') return 'null'
  const isList = type.startsWith('[]')
  // Kafka's generator takes "null" for null, and null for no default at all.
  if (given === undefined || given === null || given === '') {
    if (type === 'records') return 'null'
    return isList || /^[A-Z]/.test(type) || ['string', 'bytes', 'uuid'].includes(type)
      ? 'empty'
      : type === 'bool'
        ? 'false'
        : '0'
  }
  const text = `${given as string | number | bigint | boolean}`
  return /^-?(0x)?[0-9a-f]+$/i.test(text) && type.startsWith('int') ? BigInt(text).toString() : text
}

function fact(path: string, facts: Record<string, unknown>): string {
  return `${path}: ${Object.entries(facts)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')}`
}

function kafkaFacts(message: JsonMessage): Facts {
  const whole = parseVersions(message.validVersions)
  const common = new Map(
    (message.commonStructs ?? []).map((struct) => [struct.name, struct.fields]),
  )
  const lines: Facts = [
    fact(message.name, {
      versions: clip(message.validVersions, whole),
      flexible: clip(message.flexibleVersions, whole),
    }),
  ]
  const visit = (fields: JsonField[], path: string, within: string): void => {
    for (const field of fields) {
      const at = `${path}.${field.name.charAt(0).toLowerCase()}${field.name.slice(1)}`
      const versions = intersect(field.versions ?? field.taggedVersions ?? '0+', within)
      const element = field.type.replace(/^\[\]/, '')
      const isStruct = /^[A-Z]/.test(element)
      lines.push(
        fact(at, {
          type: isStruct ? field.type.replace(element, 'struct') : field.type,
          versions,
          nullable: intersect(field.nullableVersions ?? 'none', within),
          tag: field.tag ?? 'none',
          tagged: intersect(field.taggedVersions ?? 'none', versions),
          flexible: field.flexibleVersions ?? 'as the message',
          default: defaultText(field.type, field.default),
          ignorable: field.ignorable === true,
        }),
      )
      if (isStruct) visit(field.fields ?? common.get(element) ?? [], at, versions)
    }
  }
  visit(message.fields, message.name, clip(message.validVersions, whole))
  return lines
}

function typeText(type: FieldType): string {
  if (type.kind === 'list') return `[]${typeText(type.element)}`
  return type.kind === 'boolean' ? 'bool' : type.kind
}

function structOf(type: FieldType): Struct | undefined {
  if (type.kind === 'list') return structOf(type.element)
  return type.kind === 'struct' ? type.struct : undefined
}

function ourFacts({ name, message }: NamedDefinition): Facts {
  const range = ({ first, last }: VersionRange): string =>
    last < first ? 'none' : last === Number.POSITIVE_INFINITY ? `${first}+` : `${first}-${last}`
  const whole = range(message.versions)
  const lines: Facts = [
    fact(name, { versions: whole, flexible: clip(range(message.flexible), message.versions) }),
  ]
  const visit = (struct: Struct, path: string, within: string): void => {
    for (const [fieldName, { type, options }] of Object.entries(struct.fields)) {
      const at = `${path}.${fieldName}`
      const versions = intersect(options.versions ?? '0+', within)
      const tagged =
        options.tag === undefined ? 'none' : (options.tagged ?? options.versions ?? '0+')
      const text = typeText(type)
      lines.push(
        fact(at, {
          type: text,
          versions,
          nullable: intersect(options.nullable ?? 'none', within),
          tag: options.tag ?? 'none',
          tagged: intersect(tagged, versions),
          flexible: options.flexible ?? 'as the message',
          default: defaultText(
            text === 'struct' ? 'Struct' : text,
            options.default === null ? 'null' : options.default,
          ),
          ignorable: options.ignorable === true,
        }),
      )
      const inner = structOf(type)
      if (inner !== undefined) visit(inner, at, versions)
    }
  }
  visit(message.root, name, whole)
  return lines
}

const jars = findJars()
if (jars.length < JARS.length) {
  console.log(
    `definitions.test.ts is skipped: not all of ${JARS.join(', ')} were found as jars in ` +
      'REAL_KAFKA_CACHE (default ~/.cache/real-kafka)',
  )
}

describe.skipIf(jars.length < JARS.length)('definitions are those of Apache Kafka', () => {
  const kafka = loadKafka(jars)

  it.each(allDefinitions)('$name', (definition) => {
    const theirs = kafka.get(definition.name)
    if (theirs === undefined) throw new Error(`no ${definition.name}.json in the jars`)
    expect(ourFacts(definition)).toEqual(kafkaFacts(theirs))
    if (definition.message.apiKey >= 0) expect(theirs.apiKey).toBe(definition.message.apiKey)
  })
})

// The records of the topic _schemas, in Confluent's format: JSON for key and value, the kind of
// record in the key ("keytype", "magic"). Whoever reads the topic later, another registry
// included, finds what it knows.

import { z } from 'zod'
import { COMPATIBILITY_LEVELS } from '../../lib/schemas/compatibility.ts'
import { type Metadata, type RuleSet, readMetadata, readRuleSet } from './metadata.ts'
import type { SchemaContent } from './state.ts'

export const MODES = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT', 'FORWARD'] as const
export type ModeName = (typeof MODES)[number]

export interface SchemaValue {
  id: number
  content: SchemaContent
  deleted: boolean
}

export const POLICIES = ['STRICT', 'LENIENT'] as const

export interface ConfigValue {
  alias?: string | undefined
  aliasForDeks?: string | undefined
  normalize?: boolean | undefined
  validateFields?: boolean | undefined
  validateNewSchemas?: boolean | undefined
  validateRules?: boolean | undefined
  compatibilityLevel?: (typeof COMPATIBILITY_LEVELS)[number] | undefined
  compatibilityPolicy?: (typeof POLICIES)[number] | undefined
  compatibilityGroup?: string | undefined
  defaultMetadata?: Metadata | undefined
  overrideMetadata?: Metadata | undefined
  defaultRuleSet?: RuleSet | undefined
  overrideRuleSet?: RuleSet | undefined
}

/** An empty subject is all of them. */
export type RegistryRecord =
  | { kind: 'schema'; subject: string; version: number; value: SchemaValue | null }
  | { kind: 'config'; subject: string; value: ConfigValue | null }
  | { kind: 'mode'; subject: string; mode: ModeName | null }
  | { kind: 'deleteSubject'; subject: string; version: number }
  /** An empty subject clears all, ":.context:" those of the context. */
  | { kind: 'clearSubject'; subject: string }
  | { kind: 'context'; context: string; isThere: boolean }
  | { kind: 'noop' }

/** Confluent's name for the only tenant of a registry of one's own. */
const TENANT = 'default'

const name = z.string().max(10_000)
const key = z.discriminatedUnion('keytype', [
  z.object({ keytype: z.literal('SCHEMA'), subject: name, version: z.number().int().min(1) }),
  z.object({ keytype: z.literal('CONFIG'), subject: name.nullish() }),
  z.object({ keytype: z.literal('MODE'), subject: name.nullish() }),
  z.object({ keytype: z.literal('DELETE_SUBJECT'), subject: name }),
  z.object({ keytype: z.literal('CLEAR_SUBJECT'), subject: name.nullish() }),
  z.object({ keytype: z.literal('CONTEXT'), context: name }),
  z.object({ keytype: z.literal('NOOP') }),
])

const schemaValue = z.object({
  id: z.number().int().min(0),
  schema: z.string(),
  schemaType: z.enum(['AVRO', 'PROTOBUF', 'JSON']).nullish(),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.number().int() }))
    .nullish(),
  metadata: z.unknown().optional(),
  ruleSet: z.unknown().optional(),
  deleted: z.boolean().nullish(),
})
const configFields = z.object({
  alias: z.string().nullish(),
  aliasForDeks: z.string().nullish(),
  normalize: z.boolean().nullish(),
  validateFields: z.boolean().nullish(),
  validateNewSchemas: z.boolean().nullish(),
  validateRules: z.boolean().nullish(),
  compatibilityLevel: z.enum(COMPATIBILITY_LEVELS).nullish(),
  compatibilityPolicy: z.enum(POLICIES).nullish(),
  compatibilityGroup: z.string().nullish(),
  defaultMetadata: z.unknown().optional(),
  overrideMetadata: z.unknown().optional(),
  defaultRuleSet: z.unknown().optional(),
  overrideRuleSet: z.unknown().optional(),
})
const modeValue = z.object({ mode: z.enum(MODES) })
const deleteValue = z.object({ version: z.number().int() })

/** Undefined for a record that is none of these; the topic may hold what others wrote. */
export function readRecord(
  keyText: string | null,
  valueText: string | null,
): RegistryRecord | undefined {
  const parsedKey = key.safeParse(parse(keyText)).data
  if (parsedKey === undefined) return undefined
  const value = parse(valueText)
  if (valueText !== null && value === undefined) return undefined
  switch (parsedKey.keytype) {
    case 'NOOP':
      return { kind: 'noop' }
    case 'CLEAR_SUBJECT':
      return { kind: 'clearSubject', subject: parsedKey.subject ?? '' }
    case 'CONTEXT':
      return { kind: 'context', context: parsedKey.context, isThere: valueText !== null }
    case 'DELETE_SUBJECT': {
      const parsed = deleteValue.safeParse(value).data
      const { subject } = parsedKey
      return parsed && { kind: 'deleteSubject', subject, version: parsed.version }
    }
    case 'MODE': {
      const subject = parsedKey.subject ?? ''
      if (valueText === null) return { kind: 'mode', subject, mode: null }
      const parsed = modeValue.safeParse(value).data
      return parsed && { kind: 'mode', subject, mode: parsed.mode }
    }
    case 'CONFIG': {
      const subject = parsedKey.subject ?? ''
      if (valueText === null) return { kind: 'config', subject, value: null }
      const parsed = configFields.safeParse(value).data
      return parsed && { kind: 'config', subject, value: configOf(parsed) }
    }
    case 'SCHEMA': {
      const { subject, version } = parsedKey
      if (valueText === null) return { kind: 'schema', subject, version, value: null }
      const parsed = schemaValue.safeParse(value).data
      if (parsed === undefined) return undefined
      const content: SchemaContent = {
        type: parsed.schemaType ?? 'AVRO',
        text: parsed.schema,
        references: parsed.references ?? [],
        metadata: tolerant(readMetadata, parsed.metadata),
        ruleSet: tolerant(readRuleSet, parsed.ruleSet),
      }
      const deleted = parsed.deleted ?? false
      return { kind: 'schema', subject, version, value: { id: parsed.id, content, deleted } }
    }
  }
}

/** What another registry let pass is not refused here; it is left out. */
function tolerant<T extends Metadata | RuleSet>(
  read: (value: unknown) => T | null,
  value: unknown,
): T | null {
  try {
    return read(value)
  } catch {
    return null
  }
}

function configOf(fields: z.output<typeof configFields>): ConfigValue {
  const { defaultMetadata, overrideMetadata, defaultRuleSet, overrideRuleSet, ...plain } = fields
  const read = {
    ...plain,
    defaultMetadata: tolerant(readMetadata, defaultMetadata),
    overrideMetadata: tolerant(readMetadata, overrideMetadata),
    defaultRuleSet: tolerant(readRuleSet, defaultRuleSet),
    overrideRuleSet: tolerant(readRuleSet, overrideRuleSet),
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value != null))
}

export function writeRecord(record: RegistryRecord): { key: string; value: string | null } {
  switch (record.kind) {
    case 'noop':
      return { key: JSON.stringify({ keytype: 'NOOP', magic: 0 }), value: null }
    case 'clearSubject': {
      const subject = record.subject === '' ? null : record.subject
      const value = JSON.stringify({ subject })
      return { key: JSON.stringify({ keytype: 'CLEAR_SUBJECT', subject, magic: 0 }), value }
    }
    case 'context': {
      const named = { tenant: TENANT, context: record.context }
      return {
        key: JSON.stringify({ keytype: 'CONTEXT', ...named, magic: 0 }),
        value: record.isThere ? JSON.stringify(named) : null,
      }
    }
    case 'deleteSubject': {
      const { subject, version } = record
      const value = JSON.stringify({ subject, version })
      return { key: JSON.stringify({ keytype: 'DELETE_SUBJECT', subject, magic: 0 }), value }
    }
    case 'mode': {
      const subject = record.subject === '' ? null : record.subject
      const value = record.mode === null ? null : JSON.stringify({ subject, mode: record.mode })
      return { key: JSON.stringify({ keytype: 'MODE', subject, magic: 0 }), value }
    }
    case 'config': {
      const subject = record.subject === '' ? null : record.subject
      const value = record.value === null ? null : JSON.stringify({ subject, ...record.value })
      return { key: JSON.stringify({ keytype: 'CONFIG', subject, magic: 0 }), value }
    }
    case 'schema': {
      const { subject, version, value } = record
      return {
        key: JSON.stringify({ keytype: 'SCHEMA', subject, version, magic: 1 }),
        value: value === null ? null : JSON.stringify(schemaFields(subject, version, value)),
      }
    }
  }
}

function schemaFields(subject: string, version: number, { id, content, deleted }: SchemaValue) {
  const { type, text, references, metadata, ruleSet } = content
  return {
    subject,
    version,
    id,
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references.length === 0 ? {} : { references }),
    ...(metadata === null ? {} : { metadata }),
    ...(ruleSet === null ? {} : { ruleSet }),
    schema: text,
    deleted,
  }
}

function parse(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

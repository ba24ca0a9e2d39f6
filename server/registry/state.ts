// What a schema registry knows: the replay of the records of its topic, and nothing else.
//
// Subjects belong to contexts (":.context:subject"; the default one is "."). Within a context an
// id stands for one schema, whatever subjects have it.

import type { CompatibilityLevel } from '../../lib/schemas/compatibility.ts'
import type { SchemaType } from '../../lib/schemas/schema.ts'
import type { Metadata, RuleSet } from './metadata.ts'
import type { ConfigValue, ModeName, RegistryRecord, SchemaValue } from './records.ts'

export const DEFAULT_CONTEXT = '.'
export const GLOBAL = ''
/** Settings of this context, as ":.__GLOBAL:", are for all contexts. */
export const GLOBAL_CONTEXT = '.__GLOBAL'
export const DEFAULT_LEVEL: CompatibilityLevel = 'BACKWARD'
export const DEFAULT_MODE: ModeName = 'READWRITE'

export interface Reference {
  name: string
  subject: string
  version: number
}

/** What makes schemas the same: with the same content they have the same id. */
export interface SchemaContent {
  type: SchemaType
  text: string
  references: readonly Reference[]
  metadata: Metadata | null
  ruleSet: RuleSet | null
}

export interface SchemaVersion {
  subject: string
  version: number
  id: number
  deleted: boolean
}

export interface ContextState {
  readonly schemas: Map<number, SchemaContent>
  readonly idByContent: Map<string, number>
  /** How many versions, deleted ones included, have the id; without any it means nothing. */
  readonly uses: Map<number, number>
  idMax: number
}

export interface RegistryState {
  /** Versions in ascending order of their numbers. */
  readonly subjects: Map<string, SchemaVersion[]>
  readonly contexts: Map<string, ContextState>
  /** By subject; GLOBAL for all. */
  readonly configs: Map<string, ConfigValue>
  readonly modes: Map<string, ModeName>
}

export function emptyState(): RegistryState {
  return { subjects: new Map(), contexts: new Map(), configs: new Map(), modes: new Map() }
}

/** ":.c:s" is subject s of context ".c". */
export function contextOf(subject: string): string {
  if (!subject.startsWith(':.')) return DEFAULT_CONTEXT
  const end = subject.indexOf(':', 1)
  return end < 0 ? subject.slice(1) : subject.slice(1, end)
}

/** The default context may be written out; it is the same subject. */
export function normalSubject(subject: string): string {
  return subject.startsWith(':.:') ? subject.slice(3) : subject
}

export function contentKey({ type, text, references, metadata, ruleSet }: SchemaContent): string {
  return JSON.stringify([type, text, references, metadata, ruleSet])
}

/** Whether `scope` (a subject, a context as ":.context:", or GLOBAL for all) holds the subject. */
export function isWithin(subject: string, scope: string): boolean {
  if (scope === GLOBAL || subject === scope) return true
  return isContext(scope) && contextOf(subject) === contextOf(scope)
}

/** ":.context:" stands for all subjects of the context, as far as levels and modes go. */
export function isContext(subject: string): boolean {
  return subject.startsWith(':.') && subject.indexOf(':', 1) === subject.length - 1
}

/** The only way in which state changes. */
export function replay(state: RegistryState, record: RegistryRecord): void {
  switch (record.kind) {
    case 'schema':
      replaySchema(state, record.subject, record.version, record.value)
      return
    case 'config':
      if (record.value === null) state.configs.delete(record.subject)
      else state.configs.set(record.subject, record.value)
      return
    case 'mode':
      if (record.mode === null) state.modes.delete(record.subject)
      else state.modes.set(record.subject, record.mode)
      return
    case 'deleteSubject':
      for (const one of state.subjects.get(record.subject) ?? []) {
        if (one.version <= record.version) one.deleted = true
      }
      return
    case 'clearSubject':
      for (const [subject, versions] of state.subjects) {
        if (!isWithin(subject, record.subject)) continue
        for (const { id } of versions) release(state, contextOf(subject), id)
        state.subjects.delete(subject)
      }
      return
    case 'context':
      if (record.isThere) openContext(state, record.context)
      else state.contexts.delete(record.context)
      return
    case 'noop':
      return
  }
}

function replaySchema(
  state: RegistryState,
  subject: string,
  version: number,
  value: SchemaValue | null,
): void {
  const versions = state.subjects.get(subject) ?? []
  const others = versions.filter((one) => one.version !== version)
  const before = versions.find((one) => one.version === version)
  if (before !== undefined) release(state, contextOf(subject), before.id)
  if (value === null) {
    if (others.length === 0) state.subjects.delete(subject)
    else state.subjects.set(subject, others)
    return
  }
  others.push({ subject, version, id: value.id, deleted: value.deleted })
  others.sort((a, b) => a.version - b.version)
  state.subjects.set(subject, others)
  const context = openContext(state, contextOf(subject))
  const { content } = value
  context.schemas.set(value.id, content)
  context.idByContent.set(contentKey(content), value.id)
  context.uses.set(value.id, (context.uses.get(value.id) ?? 0) + 1)
  context.idMax = Math.max(context.idMax, value.id)
}

/**
 * What would put back what the record is about to take from another schema: its version, or its id.
 * Empty for a record that takes nothing, such as one that deletes what it names.
 */
export function restoringRecords(state: RegistryState, record: RegistryRecord): RegistryRecord[] {
  if (record.kind !== 'schema' || record.value === null) return []
  const { subject, version, value } = record
  const context = state.contexts.get(contextOf(subject))
  const isOther = (content: SchemaContent | undefined): content is SchemaContent =>
    content !== undefined && contentKey(content) !== contentKey(value.content)
  const before = state.subjects.get(subject)?.find((one) => one.version === version)
  const found: RegistryRecord[] = []
  if (before !== undefined) {
    const content = context?.schemas.get(before.id)
    const isTaken = content !== undefined && (before.id !== value.id || isOther(content))
    if (isTaken) found.push(recordOf(before, content))
  }
  const owner = context?.schemas.get(value.id)
  if (!isOther(owner)) return found
  if (found.length === 0) found.push({ kind: 'schema', subject, version, value: null })
  const user = [...state.subjects.values()]
    .flat()
    .find((one) => one.id === value.id && contextOf(one.subject) === contextOf(subject))
  return user === undefined ? found : [...found, recordOf(user, owner)]
}

function recordOf({ subject, version, id, deleted }: SchemaVersion, content: SchemaContent) {
  return { kind: 'schema', subject, version, value: { id, content, deleted } } as const
}

function release(state: RegistryState, name: string, id: number): void {
  const context = state.contexts.get(name)
  if (context === undefined) return
  const left = (context.uses.get(id) ?? 0) - 1
  if (left > 0) {
    context.uses.set(id, left)
    return
  }
  context.uses.delete(id)
  const content = context.schemas.get(id)
  if (content === undefined) return
  context.schemas.delete(id)
  const key = contentKey(content)
  if (context.idByContent.get(key) === id) context.idByContent.delete(key)
}

export function openContext(state: RegistryState, name: string): ContextState {
  let context = state.contexts.get(name)
  if (context === undefined) {
    context = { schemas: new Map(), idByContent: new Map(), uses: new Map(), idMax: 0 }
    state.contexts.set(name, context)
  }
  return context
}

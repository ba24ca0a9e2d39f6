// What a schema registry knows: the replay of the records of its topic, and nothing else.
//
// Subjects belong to contexts (":.context:subject"; the default one is "."). Within a context an
// id stands for one schema, whatever subjects have it.

import type { CompatibilityLevel } from '../../lib/schemas/compatibility.ts'
import type { SchemaType } from '../../lib/schemas/schema.ts'
import type { ConfigValue, ModeName, RegistryRecord, SchemaValue } from './records.ts'

export const DEFAULT_CONTEXT = '.'
export const GLOBAL = ''
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
  metadata: unknown
  ruleSet: unknown
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
  return JSON.stringify([type, text, references, metadata ?? null, ruleSet ?? null])
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
      state.subjects.delete(record.subject)
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
  context.idMax = Math.max(context.idMax, value.id)
}

export function openContext(state: RegistryState, name: string): ContextState {
  let context = state.contexts.get(name)
  if (context === undefined) {
    context = { schemas: new Map(), idByContent: new Map(), idMax: 0 }
    state.contexts.set(name, context)
  }
  return context
}

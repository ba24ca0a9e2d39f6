// What the registry answers about what it has: lists, versions, ids, references. Changes nothing.

import { refuse } from './refusal.ts'
import {
  contextOf,
  DEFAULT_LEVEL,
  DEFAULT_MODE,
  GLOBAL,
  normalSubject,
  type RegistryState,
  type SchemaContent,
  type SchemaVersion,
} from './state.ts'

export interface Deleted {
  /** Soft deleted ones as well. */
  deleted: boolean
  /** Of those, only the deleted. */
  deletedOnly?: boolean
}

export interface SchemaAnswer {
  subject: string
  version: number
  id: number
  schemaType?: string
  references?: readonly { name: string; subject: string; version: number }[]
  metadata?: unknown
  ruleSet?: unknown
  schema: string
}

export function listSubjects(state: RegistryState, prefix: string, which: Deleted): string[] {
  return [...state.subjects]
    .filter(([subject, versions]) => {
      if (!matchesPrefix(subject, prefix)) return false
      const isLive = versions.some(({ deleted }) => !deleted)
      if (which.deletedOnly === true) return !isLive
      return isLive || which.deleted
    })
    .map(([subject]) => subject)
    .sort()
}

/** ":*:" stands for all contexts; without a context the default one is meant. */
export function matchesPrefix(subject: string, prefix: string): boolean {
  if (prefix.startsWith(':*:')) {
    const plain = subject.startsWith(':.') ? subject.slice(subject.indexOf(':', 1) + 1) : subject
    return plain.startsWith(prefix.slice(3))
  }
  return subject.startsWith(normalSubject(prefix)) && (prefix !== '' || !subject.startsWith(':.'))
}

/** Throws when there is no such subject. */
export function versionsOf(state: RegistryState, subject: string, which: Deleted): SchemaVersion[] {
  const all = state.subjects.get(subject) ?? []
  const found = all.filter(({ deleted }) =>
    which.deletedOnly === true ? deleted : which.deleted || !deleted,
  )
  if (found.length === 0) throw refuse.subjectNotFound(subject)
  return found
}

/** `version`: a number, or -1 for the latest. Throws when it is not there. */
export function findVersion(
  state: RegistryState,
  subject: string,
  version: number,
  which: Deleted,
): SchemaVersion {
  const versions = versionsOf(state, subject, which)
  const found = version === -1 ? versions.at(-1) : versions.find((one) => one.version === version)
  if (found === undefined) throw refuse.versionNotFound(version)
  return found
}

export function contentOf(state: RegistryState, { subject, id }: SchemaVersion): SchemaContent {
  const content = state.contexts.get(contextOf(subject))?.schemas.get(id)
  if (content === undefined) throw refuse.schemaNotFound()
  return content
}

export function answerVersion(state: RegistryState, version: SchemaVersion): SchemaAnswer {
  const content = contentOf(state, version)
  return {
    subject: version.subject,
    version: version.version,
    id: version.id,
    ...answerContent(content),
  }
}

/** As it stands in answers: Avro and empty lists are not said. */
export function answerContent({ type, references, metadata, ruleSet, text }: SchemaContent) {
  return {
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references.length === 0 ? {} : { references }),
    ...(metadata === null ? {} : { metadata }),
    ...(ruleSet === null ? {} : { ruleSet }),
    schema: text,
  }
}

/** Where the id is used; `hint`, a subject, says in which context it is meant. */
export function versionsWithId(
  state: RegistryState,
  id: number,
  hint: string,
  which: Deleted,
): SchemaVersion[] {
  const context = contextOf(hint)
  return [...state.subjects.values()]
    .flat()
    .filter((one) => one.id === id && contextOf(one.subject) === context)
    .filter(({ deleted }) => which.deleted || !deleted)
}

/** The schema of the id in the context of `hint`, a subject. Throws when there is none. */
export function contentById(state: RegistryState, id: number, hint: string): SchemaContent {
  const named = state.contexts.get(contextOf(hint))?.schemas.get(id)
  if (named !== undefined) return named
  throw refuse.schemaNotFound(` ${id}`)
}

/** Live versions whose references name this one. */
export function referencedBy(
  state: RegistryState,
  subject: string,
  version: number,
): SchemaVersion[] {
  return [...state.subjects.values()].flat().filter((one) => {
    if (one.deleted) return false
    const { references } = contentOf(state, one)
    return references.some(
      (reference) =>
        reference.version === version &&
        normalSubject(qualify(one.subject, reference.subject)) === subject,
    )
  })
}

function qualify(from: string, named: string): string {
  const context = contextOf(from)
  return named.startsWith(':.') || context === '.' ? named : `:${context}:${named}`
}

/** Of the subject itself, or of what it falls back to: its context, then all. */
export function levelOf(state: RegistryState, subject: string) {
  const { configs } = state
  return (
    configs.get(subject)?.compatibilityLevel ??
    configs.get(contextName(subject))?.compatibilityLevel ??
    configs.get(GLOBAL)?.compatibilityLevel ??
    DEFAULT_LEVEL
  )
}

export function normalizesBySelf(state: RegistryState, subject: string): boolean {
  const { configs } = state
  return configs.get(subject)?.normalize ?? configs.get(GLOBAL)?.normalize ?? false
}

export function modeOf(state: RegistryState, subject: string) {
  const { modes } = state
  const forAll = modes.get(GLOBAL)
  if (forAll === 'READONLY_OVERRIDE') return forAll
  return modes.get(subject) ?? modes.get(contextName(subject)) ?? forAll ?? DEFAULT_MODE
}

/** As a subject of configs and modes: ":.context:". */
function contextName(subject: string): string {
  const context = contextOf(subject)
  return context === '.' ? GLOBAL : `:${context}:`
}

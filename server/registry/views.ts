// What the registry answers about what it has: lists, versions, ids, references. Changes nothing.

import type { ConfigValue } from './records.ts'
import { refuse } from './refusal.ts'
import {
  contextOf,
  DEFAULT_CONTEXT,
  DEFAULT_LEVEL,
  DEFAULT_MODE,
  GLOBAL,
  GLOBAL_CONTEXT,
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

/**
 * Under what names the subject may be found: its own, and for one without a context those that it
 * would have in each of the contexts.
 */
export function inContexts(state: RegistryState, subject: string): string[] {
  if (contextOf(subject) !== DEFAULT_CONTEXT) return [subject]
  const others = [...state.contexts.keys()].filter((name) => name !== DEFAULT_CONTEXT).sort()
  return [subject, ...others.map((name) => `:${name}:${subject}`)]
}

/** Throws when there is no such subject. */
export function versionsOf(state: RegistryState, subject: string, which: Deleted): SchemaVersion[] {
  const all = state.subjects.get(subject) ?? []
  const isThere = which.deleted || which.deletedOnly === true
  if (all.every(({ deleted }) => deleted && !isThere)) throw refuse.subjectNotFound(subject)
  return all.filter(({ deleted }) =>
    which.deletedOnly === true ? deleted : which.deleted || !deleted,
  )
}

/** `version`: a number, or -1 for the latest live one. Throws when it is not there. */
export function findVersion(
  state: RegistryState,
  subject: string,
  version: number,
  which: Deleted,
): SchemaVersion {
  const versions = state.subjects.get(subject) ?? []
  const shown = versions.filter(({ deleted }) => !deleted || (which.deleted && version !== -1))
  const found = version === -1 ? shown.at(-1) : shown.find((one) => one.version === version)
  if (found !== undefined) return found
  versionsOf(state, subject, which)
  throw refuse.versionNotFound(version)
}

/** As findVersion, and where the subject has no context, in any of them. */
export function findVersionAnywhere(
  state: RegistryState,
  subject: string,
  version: number,
  which: Deleted,
): SchemaVersion {
  for (const named of inContexts(state, subject).slice(1)) {
    if (hasVersion(state, subject, version, which)) break
    if (hasVersion(state, named, version, which)) return findVersion(state, named, version, which)
  }
  return findVersion(state, subject, version, which)
}

function hasVersion(state: RegistryState, subject: string, version: number, which: Deleted) {
  return (state.subjects.get(subject) ?? []).some(
    (one) =>
      (!one.deleted || (which.deleted && version !== -1)) &&
      (version === -1 || one.version === version),
  )
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

/** Where the id is used in a context, as `idContext` tells it. */
export function versionsWithId(
  state: RegistryState,
  id: number,
  context: string,
  which: Deleted,
): SchemaVersion[] {
  return [...state.subjects.values()]
    .flat()
    .filter((one) => one.id === id && contextOf(one.subject) === context)
    .filter(({ deleted }) => which.deleted || !deleted)
    .sort((a, b) =>
      a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.version - b.version,
    )
}

/**
 * In which context an id is meant: the one that `hint`, a subject, names; or, for a subject without
 * one, where that subject has the id. Throws when nothing has it.
 */
export function idContext(state: RegistryState, id: number, hint: string): string {
  const named = contextOf(hint)
  if (named === DEFAULT_CONTEXT && hint !== '') {
    const subject = inContexts(state, hint).find((one) =>
      (state.subjects.get(one) ?? []).some((version) => version.id === id),
    )
    if (subject !== undefined) return contextOf(subject)
  }
  if (state.contexts.get(named)?.schemas.has(id) !== true) throw refuse.schemaNotFound(` ${id}`)
  return named
}

/** Throws when there is none. */
export function contentById(state: RegistryState, id: number, context: string): SchemaContent {
  const content = state.contexts.get(context)?.schemas.get(id)
  if (content === undefined) throw refuse.schemaNotFound(` ${id}`)
  return content
}

/** Versions whose references name this one. */
export function referencedBy(
  state: RegistryState,
  subject: string,
  version: number,
  which: Deleted,
): SchemaVersion[] {
  return [...state.subjects.values()].flat().filter((one) => {
    if (one.deleted && !which.deleted) return false
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

/**
 * The level of the subject, or of what it falls back to: its context, all, all contexts.
 *
 * Differs from Confluent: a subject with other settings but no level of its own has that of all,
 * and not the default.
 */
export function levelOf(state: RegistryState, subject: string) {
  const scopes = scopesOf(subject)
  const own = scopes.find((scope) => state.configs.get(scope)?.compatibilityLevel !== undefined)
  return state.configs.get(own ?? GLOBAL)?.compatibilityLevel ?? DEFAULT_LEVEL
}

/** The settings that count for a subject: its own, completed by those of all. */
export function configInScope({ configs }: RegistryState, subject: string): ConfigValue {
  const own = configs.get(subject)
  if (own === undefined) {
    const scope = scopesOf(subject).find((one) => configs.has(one))
    return scope === undefined ? {} : (configs.get(scope) ?? {})
  }
  const { normalize, validateFields, validateNewSchemas, validateRules, ...others } =
    configs.get(GLOBAL) ?? {}
  const { compatibilityPolicy, compatibilityGroup } = others
  const inherited = {
    normalize,
    validateFields,
    validateNewSchemas,
    validateRules,
    compatibilityPolicy,
    compatibilityGroup,
  }
  const set = Object.entries(inherited).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(set), ...own }
}

export function modeOf({ modes }: RegistryState, subject: string) {
  const forAll = modes.get(GLOBAL)
  if (forAll === 'READONLY_OVERRIDE') return forAll
  const scope = scopesOf(subject).find((one) => modes.has(one))
  return (scope === undefined ? undefined : modes.get(scope)) ?? DEFAULT_MODE
}

/** Where settings are looked for, the nearest first. */
function scopesOf(subject: string): string[] {
  const context = contextOf(subject)
  const own = context === DEFAULT_CONTEXT ? [] : [`:${context}:`]
  return [subject, ...own, GLOBAL, `:${GLOBAL_CONTEXT}:`]
}

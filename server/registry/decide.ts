// What follows from a request that changes something: the records to write and the answer.
// Changes nothing itself; what is refused is thrown as RegistryRefusal.

import { checkCompatibility, type Disagreement } from '../../lib/schemas/compatibility.ts'
import type { ConfigValue, ModeName, RegistryRecord } from './records.ts'
import { refuse } from './refusal.ts'
import { canonicalContent, resolve } from './schemas.ts'
import {
  contentKey,
  contextOf,
  GLOBAL,
  type RegistryState,
  type SchemaContent,
  type SchemaVersion,
} from './state.ts'
import {
  answerVersion,
  contentOf,
  findVersion,
  levelOf,
  modeOf,
  normalizesBySelf,
  referencedBy,
  type SchemaAnswer,
  versionsOf,
} from './views.ts'

export interface Decision<T> {
  records: RegistryRecord[]
  answer: T
}

export interface Registration {
  content: SchemaContent
  /** As the request says; otherwise the subject's own setting counts. */
  normalize: boolean | undefined
  /** Given by who imports schemas from another registry; undefined otherwise. */
  id: number | undefined
  version: number | undefined
}

const SUBJECT_LENGTH_MAX = 1_000
const SUBJECTS_MAX = 100_000
const VERSIONS_MAX = 10_000

export function decideRegister(
  state: RegistryState,
  subject: string,
  { content, normalize, id, version }: Registration,
): Decision<{ id: number; version: number; content: SchemaContent }> {
  checkSubject(subject)
  const mode = checkWritable(state, subject)
  const isImport = mode === 'IMPORT'
  if (isImport && id === undefined) {
    throw refuse.notPermitted(`Subject ${subject} is in import mode, so the schema needs its id`)
  }
  if (!isImport && id !== undefined && id >= 0) {
    throw refuse.notPermitted(`Subject ${subject} is not in import mode`)
  }
  const asked = normalize ?? normalizesBySelf(state, subject)
  const kept = canonicalContent(state, subject, content, asked)
  const versions = state.subjects.get(subject) ?? []
  const live = versions.filter(({ deleted }) => !deleted)
  const key = contentKey(kept)
  const same = live.find((one) => contentKey(contentOf(state, one)) === key)
  if (same !== undefined && (!isImport || same.id === id)) {
    return { records: [], answer: { id: same.id, version: same.version, content: kept } }
  }
  if (!isImport) {
    const found = disagreements(state, subject, kept, live)
    if (found.length > 0) throw refuse.incompatible(sayAll(found, state, subject, live))
  }
  if (versions.length === 0 && state.subjects.size >= SUBJECTS_MAX) {
    throw refuse.notPermitted(`There are ${SUBJECTS_MAX} subjects; delete some first`)
  }
  if (versions.length >= VERSIONS_MAX) {
    throw refuse.notPermitted(`The subject has ${VERSIONS_MAX} versions; delete some first`)
  }
  const context = state.contexts.get(contextOf(subject))
  const known = context?.idByContent.get(key)
  const chosen = isImport ? (id as number) : (known ?? (context?.idMax ?? 0) + 1)
  const owner = context?.schemas.get(chosen)
  if (owner !== undefined && contentKey(owner) !== key) {
    throw refuse.notPermitted(`Overwrite new schema with id ${chosen} is not permitted.`)
  }
  const next = (versions.at(-1)?.version ?? 0) + 1
  const number = isImport && version !== undefined && version > 0 ? version : next
  const value = { id: chosen, content: kept, deleted: false }
  return {
    records: [{ kind: 'schema', subject, version: number, value }],
    answer: { id: chosen, version: number, content: kept },
  }
}

/** The version of the subject that has this content. Throws when there is none. */
export function lookUp(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  { normalize, deleted }: { normalize: boolean | undefined; deleted: boolean },
): SchemaAnswer {
  const versions = versionsOf(state, subject, { deleted })
  const asked = normalize ?? normalizesBySelf(state, subject)
  const key = contentKey(canonicalContent(state, subject, content, asked))
  const plain = contentKey({ ...content })
  const found = versions.findLast((one) => {
    const own = contentKey(contentOf(state, one))
    return own === key || own === plain
  })
  if (found === undefined) throw refuse.schemaNotFound()
  return answerVersion(state, found)
}

/** With a version: against that one alone; otherwise as a registration would be checked. */
export function checkCandidate(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  version: number | undefined,
  normalize: boolean,
): { found: Disagreement[]; messages: string[] } {
  const kept = canonicalContent(state, subject, content, normalize)
  const live = (state.subjects.get(subject) ?? []).filter(({ deleted }) => !deleted)
  const against =
    version === undefined ? live : [findVersion(state, subject, version, { deleted: false })]
  const found = disagreements(state, subject, kept, against)
  const messages = found.map((one) => say(one, against))
  if (messages.length > 0) messages.push(`the subject asks for ${levelOf(state, subject)}`)
  return { found, messages }
}

function disagreements(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  earlier: readonly SchemaVersion[],
): Disagreement[] {
  const level = levelOf(state, subject)
  if (level === 'NONE' || earlier.length === 0) return []
  const texts = earlier.map((one) => resolve(state, subject, contentOf(state, one)))
  return checkCompatibility(resolve(state, subject, content), texts, level)
}

function say(one: Disagreement, earlier: readonly SchemaVersion[]): string {
  const version = earlier[one.earlier]?.version
  const who = one.reader === 'new' ? 'the new schema' : `version ${version}`
  const what = one.reader === 'new' ? `version ${version}` : 'the new schema'
  return `${one.type} at ${one.path}: ${who} cannot read what ${what} writes: ${one.message}`
}

function sayAll(
  found: readonly Disagreement[],
  state: RegistryState,
  subject: string,
  live: readonly SchemaVersion[],
): string {
  const told = found.slice(0, 20).map((one) => say(one, live))
  const more = found.length > told.length ? ` and ${found.length - told.length} more` : ''
  return `${told.join('; ')}${more} (compatibility: ${levelOf(state, subject)})`
}

export function decideDeleteSubject(
  state: RegistryState,
  subject: string,
  permanent: boolean,
): Decision<number[]> {
  checkWritable(state, subject)
  const all = state.subjects.get(subject) ?? []
  if (all.length === 0) throw refuse.subjectNotFound(subject)
  const live = all.filter(({ deleted }) => !deleted)
  if (permanent) {
    if (live.length > 0) throw refuse.subjectNotSoftDeleted(subject)
    const records = all.map(
      ({ version }): RegistryRecord => ({ kind: 'schema', subject, version, value: null }),
    )
    return { records, answer: all.map(({ version }) => version) }
  }
  if (live.length === 0) throw refuse.subjectSoftDeleted(subject)
  for (const { version } of live) checkUnreferenced(state, subject, version)
  const version = all.at(-1)?.version ?? 0
  const records: RegistryRecord[] = [{ kind: 'deleteSubject', subject, version }]
  if (state.configs.has(subject)) records.push({ kind: 'config', subject, value: null })
  if (state.modes.has(subject)) records.push({ kind: 'mode', subject, mode: null })
  return { records, answer: live.map((one) => one.version) }
}

export function decideDeleteVersion(
  state: RegistryState,
  subject: string,
  version: number,
  permanent: boolean,
): Decision<number> {
  checkWritable(state, subject)
  const found = findVersion(state, subject, version, { deleted: true })
  if (permanent) {
    if (!found.deleted) throw refuse.versionNotSoftDeleted(subject, found.version)
    const record = { kind: 'schema', subject, version: found.version, value: null } as const
    return { records: [record], answer: found.version }
  }
  if (found.deleted) throw refuse.versionSoftDeleted(subject, found.version)
  checkUnreferenced(state, subject, found.version)
  const value = { id: found.id, content: contentOf(state, found), deleted: true }
  return {
    records: [{ kind: 'schema', subject, version: found.version, value }],
    answer: found.version,
  }
}

export function decideConfig(
  state: RegistryState,
  subject: string,
  change: ConfigValue,
): Decision<ConfigValue> {
  checkWritable(state, subject)
  const before = state.configs.get(subject)
  const value: ConfigValue = {
    compatibilityLevel: change.compatibilityLevel ?? before?.compatibilityLevel,
    normalize: change.normalize ?? before?.normalize,
    alias: change.alias ?? before?.alias,
    compatibilityGroup: change.compatibilityGroup ?? before?.compatibilityGroup,
    others: { ...before?.others, ...change.others },
  }
  return { records: [{ kind: 'config', subject, value }], answer: change }
}

export function decideDeleteConfig(
  state: RegistryState,
  subject: string,
): Decision<ConfigValue | undefined> {
  const before = state.configs.get(subject)
  if (before === undefined && subject !== GLOBAL) throw refuse.noConfig(subject)
  return { records: [{ kind: 'config', subject, value: null }], answer: before }
}

export function decideMode(
  state: RegistryState,
  subject: string,
  mode: ModeName,
  force: boolean,
): Decision<ModeName> {
  if (mode === 'IMPORT' && !force && subject !== GLOBAL) {
    const live = (state.subjects.get(subject) ?? []).some(({ deleted }) => !deleted)
    if (live) {
      throw refuse.notPermitted(
        `Cannot import since found existing subjects: ${subject}. Use force=true to import all the same`,
      )
    }
  }
  return { records: [{ kind: 'mode', subject, mode }], answer: mode }
}

export function decideDeleteMode(state: RegistryState, subject: string): Decision<ModeName> {
  const before = state.modes.get(subject)
  if (before === undefined) throw refuse.noMode(subject)
  return { records: [{ kind: 'mode', subject, mode: null }], answer: before }
}

function checkSubject(subject: string): void {
  const isPlain = subject !== '' && subject.length <= SUBJECT_LENGTH_MAX && !/\p{Cc}/u.test(subject)
  if (!isPlain || subject === '__GLOBAL' || subject === '__EMPTY')
    throw refuse.invalidSubject(subject)
}

function checkWritable(state: RegistryState, subject: string): ModeName {
  const mode = modeOf(state, subject)
  if (mode === 'READONLY' || mode === 'READONLY_OVERRIDE') {
    throw refuse.notPermitted(`Subject ${subject} is in read-only mode`)
  }
  return mode
}

function checkUnreferenced(state: RegistryState, subject: string, version: number): void {
  const [by] = referencedBy(state, subject, version).filter((one) => one.subject !== subject)
  if (by === undefined) return
  throw refuse.referenceExists(
    `{magic=1,keytype=SCHEMA,subject=${subject},version=${version}}: ${by.subject} version ${by.version}`,
  )
}

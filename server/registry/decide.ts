// What follows from a request that changes something: the records to write and the answer.
// Changes nothing itself; what is refused is thrown as RegistryRefusal.

import { checkCompatibility, type Disagreement } from '../../lib/schemas/compatibility.ts'
import { mergeMetadata, mergeRuleSets, readMetadata } from './metadata.ts'
import type { ModeName, RegistryRecord } from './records.ts'
import { refuse } from './refusal.ts'
import { canonicalContent, isSameForm, resolve } from './schemas.ts'
import {
  contentKey,
  contextOf,
  DEFAULT_CONTEXT,
  GLOBAL_CONTEXT,
  type RegistryState,
  type SchemaContent,
  type SchemaVersion,
} from './state.ts'
import {
  configInScope,
  contentOf,
  findVersion,
  inContexts,
  levelOf,
  modeOf,
  referencedBy,
  versionsOf,
} from './views.ts'

export interface Decision<T> {
  records: RegistryRecord[]
  answer: T
}

export interface Registration {
  content: SchemaContent
  /** The setting of the subject can ask for it as well. */
  normalize: boolean
  /** Given by who imports schemas from another registry; undefined otherwise. */
  id: number | undefined
  version: number | undefined
}

const ID_MAX = 2 ** 31 - 1
const SUBJECT_LENGTH_MAX = 1_000
const SUBJECTS_MAX = 100_000
const VERSIONS_MAX = 10_000

export interface Registered {
  id: number
  version: number
  content: SchemaContent
}

export function decideRegister(
  state: RegistryState,
  subject: string,
  { content, normalize, id, version }: Registration,
): Decision<Registered> {
  checkSubject(subject)
  const isImport = checkRegisterMode(state, subject, id)
  const versions = state.subjects.get(subject) ?? []
  const live = versions.filter(({ deleted }) => !deleted)
  const next = (versions.at(-1)?.version ?? 0) + 1
  const given = version !== undefined && version > 0 ? version : undefined
  const asked = normalize || configInScope(state, subject).normalize === true
  const whole = isImport
    ? content
    : completed(state, subject, content, given === undefined ? undefined : next)
  const kept = canonicalContent(state, subject, whole, asked)
  const same = findSame(state, subject, kept, live)
  if (same !== undefined && given === undefined && (!isImport || same.id === id)) {
    const { id: known, version: number } = same
    return { records: [], answer: { id: known, version: number, content: contentOf(state, same) } }
  }
  if (!isImport) {
    const found = disagreements(state, subject, kept, live)
    if (found.length > 0) throw refuse.incompatible(sayAll(found, state, subject))
    if (given !== undefined && given !== next) {
      throw refuse.invalidSchema(`version ${given} is not one more than the previous version`)
    }
  }
  checkRoom(state, versions)
  const context = state.contexts.get(contextOf(subject))
  const key = contentKey(kept)
  const known = context?.idByContent.get(key)
  const chosen = isImport ? (id as number) : (known ?? (context?.idMax ?? 0) + 1)
  if (chosen > ID_MAX) throw refuse.notPermitted('There is no id left')
  const owner = context?.schemas.get(chosen)
  if (owner !== undefined && contentKey(owner) !== key) {
    throw refuse.notPermitted(`Overwrite new schema with id ${chosen} is not permitted.`)
  }
  const number = given ?? next
  const records: RegistryRecord[] = []
  if (context === undefined && contextOf(subject) !== DEFAULT_CONTEXT) {
    records.push({ kind: 'context', context: contextOf(subject), isThere: true })
  }
  // Of a schema that comes back the deleted version goes, unless somebody refers to it.
  for (const one of versions) {
    const isReplaced = one.deleted && one.id === chosen && one.version < number
    if (isReplaced && referencedBy(state, subject, one.version, { deleted: true }).length === 0) {
      records.push(goneVersion(subject, one.version))
    }
  }
  const value = { id: chosen, content: kept, deleted: false }
  records.push({ kind: 'schema', subject, version: number, value })
  return { records, answer: { id: chosen, version: number, content: kept } }
}

/** Whether it is an import, which brings its own ids. Throws where it may not be registered. */
function checkRegisterMode(state: RegistryState, subject: string, id: number | undefined): boolean {
  const mode = checkWritable(state, subject)
  const isImport = mode === 'IMPORT' || mode === 'FORWARD'
  const hasId = id !== undefined && id >= 0
  if (isImport && !hasId) {
    throw refuse.notPermitted(`Subject ${subject} is not in read-write mode, so it needs an id`)
  }
  if (!isImport && hasId) throw refuse.notPermitted(`Subject ${subject} is not in import mode`)
  return isImport
}

const CONFLUENT_VERSION = 'confluent:version'

/**
 * What a request leaves out, it means as it was before: metadata, rules, and without a schema that
 * as well. The settings of the subject add theirs. `version`: to be told in the metadata.
 */
function completed(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  version: number | undefined,
): SchemaContent {
  const live = (state.subjects.get(subject) ?? []).filter(({ deleted }) => !deleted)
  const last = live.at(-1)
  const previous = last === undefined ? undefined : contentOf(state, last)
  const base =
    content.text.trim() === '' && previous !== undefined
      ? { ...content, type: previous.type, text: previous.text, references: previous.references }
      : content
  const config = configInScope(state, subject)
  const specific = content.metadata ?? previous?.metadata ?? null
  const merged = mergeMetadata(
    mergeMetadata(config.defaultMetadata ?? null, specific),
    config.overrideMetadata ?? null,
  )
  const rules = content.ruleSet ?? previous?.ruleSet ?? null
  const ruleSet = mergeRuleSets(
    mergeRuleSets(config.defaultRuleSet ?? null, rules),
    config.overrideRuleSet ?? null,
  )
  const isCounted = version !== undefined || merged?.properties?.[CONFLUENT_VERSION] !== undefined
  const next = version ?? (state.subjects.get(subject)?.at(-1)?.version ?? 0) + 1
  const metadata = isCounted
    ? mergeMetadata(merged, { properties: { [CONFLUENT_VERSION]: String(next) } })
    : merged
  return { ...base, metadata, ruleSet }
}

/** The newest of the versions that is this schema, whatever the spelling. */
function findSame(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  versions: readonly SchemaVersion[],
): SchemaVersion | undefined {
  const key = contentKey(plain(content))
  const exact = versions.findLast((one) => contentKey(plain(contentOf(state, one))) === key)
  if (exact !== undefined) return exact
  return versions.findLast((one) => isSameForm(state, subject, content, contentOf(state, one)))
}

/** Without the number that the registry itself adds. */
function plain(content: SchemaContent): SchemaContent {
  const { metadata } = content
  if (metadata?.properties?.[CONFLUENT_VERSION] === undefined) return content
  const { [CONFLUENT_VERSION]: _, ...properties } = metadata.properties
  return { ...content, metadata: readMetadata({ ...metadata, properties }) }
}

function checkRoom(state: RegistryState, versions: readonly SchemaVersion[]): void {
  if (versions.length === 0 && state.subjects.size >= SUBJECTS_MAX) {
    throw refuse.notPermitted(`There are ${SUBJECTS_MAX} subjects; delete some first`)
  }
  if (versions.length >= VERSIONS_MAX) {
    throw refuse.notPermitted(`The subject has ${VERSIONS_MAX} versions; delete some first`)
  }
}

/**
 * The version of the subject that has this content; of a subject without a context, in any context
 * where there is none in the default one. Throws when there is none.
 */
export function lookUp(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  { normalize, deleted }: { normalize: boolean; deleted: boolean },
): SchemaVersion {
  let invalid: unknown
  for (const named of inContexts(state, subject)) {
    const versions = (state.subjects.get(named) ?? []).filter((one) => deleted || !one.deleted)
    if (versions.length === 0) continue
    const asked = normalize || configInScope(state, named).normalize === true
    try {
      const given = canonicalContent(state, named, content, asked)
      const found =
        findSame(state, named, given, versions) ??
        findSame(state, named, completed(state, named, given, undefined), versions)
      if (found !== undefined) return found
    } catch (error) {
      invalid ??= error
    }
  }
  if (invalid !== undefined) throw invalid
  versionsOf(state, subject, { deleted })
  throw refuse.schemaNotFound()
}

/** With a version: against that one alone; otherwise as a registration would be checked. */
export function checkCandidate(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  version: number | undefined,
  normalize: boolean,
): { found: Disagreement[]; messages: string[] } {
  const live = (state.subjects.get(subject) ?? []).filter(({ deleted }) => !deleted)
  const against = version === undefined || version === -1 ? live : [liveVersion(live, version)]
  const one = version === -1 ? against.slice(-1) : against
  const asked = normalize || configInScope(state, subject).normalize === true
  const kept = canonicalContent(state, subject, content, asked)
  const found = disagreements(state, subject, kept, one)
  const messages = found.map(say)
  if (messages.length > 0) messages.push(`the subject asks for ${levelOf(state, subject)}`)
  return { found, messages }
}

function liveVersion(live: readonly SchemaVersion[], version: number): SchemaVersion {
  const found = live.find((one) => one.version === version)
  if (found === undefined) throw refuse.versionNotFound(version)
  return found
}

interface Found extends Disagreement {
  /** Number of the earlier version. */
  version: number
}

function disagreements(
  state: RegistryState,
  subject: string,
  content: SchemaContent,
  earlier: readonly SchemaVersion[],
): Found[] {
  const level = levelOf(state, subject)
  const { compatibilityGroup: group, compatibilityPolicy } = configInScope(state, subject)
  const groupOf = ({ metadata }: SchemaContent) =>
    group === undefined ? undefined : metadata?.properties?.[group]
  const alike = earlier.filter((one) => groupOf(contentOf(state, one)) === groupOf(content))
  if (level === 'NONE' || alike.length === 0) return []
  const texts = alike.map((one) => resolve(state, subject, contentOf(state, one)))
  const isLenient = compatibilityPolicy === 'LENIENT'
  return checkCompatibility(resolve(state, subject, content), texts, level, isLenient).map(
    (one) => ({ ...one, version: alike[one.earlier]?.version ?? 0 }),
  )
}

function say({ type, path, message, reader, version }: Found): string {
  const [who, what] =
    reader === 'new'
      ? ['the new schema', `version ${version}`]
      : [`version ${version}`, 'the new schema']
  return `${type} at ${path}: ${who} cannot read what ${what} writes: ${message}`
}

function sayAll(found: readonly Found[], state: RegistryState, subject: string): string {
  const told = found.slice(0, 20).map(say)
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
  if (live.length === 0 && !permanent) throw refuse.subjectSoftDeleted(subject)
  const gone = permanent ? all : live
  for (const { version } of gone) checkUnreferenced(state, subject, version, permanent, subject)
  const answer = gone.map(({ version }) => version)
  if (!permanent) {
    const version = answer.at(-1) ?? 0
    return { records: [{ kind: 'deleteSubject', subject, version }], answer }
  }
  if (live.length > 0) throw refuse.subjectNotSoftDeleted(subject)
  // The last one first: a version may refer to one before.
  const records = answer.toReversed().map((version) => goneVersion(subject, version))
  return { records: [...records, ...goneSettings(state, subject)], answer }
}

export function decideDeleteVersion(
  state: RegistryState,
  subject: string,
  version: number,
  permanent: boolean,
): Decision<number> {
  const isLatest = version === -1
  const found = findVersion(state, subject, version, { deleted: !isLatest })
  if (found.deleted && !permanent) throw refuse.versionSoftDeleted(subject, found.version)
  checkWritable(state, subject)
  checkUnreferenced(state, subject, found.version, permanent)
  if (permanent) {
    if (!found.deleted) throw refuse.versionNotSoftDeleted(subject, found.version)
    const isLast = state.subjects.get(subject)?.length === 1
    const settings = isLast ? goneSettings(state, subject) : []
    return {
      records: [goneVersion(subject, found.version), ...settings],
      answer: found.version,
    }
  }
  const value = { id: found.id, content: contentOf(state, found), deleted: true }
  return {
    records: [{ kind: 'schema', subject, version: found.version, value }],
    answer: found.version,
  }
}

function goneVersion(subject: string, version: number): RegistryRecord {
  return { kind: 'schema', subject, version, value: null }
}

/** A subject that is gone for good leaves no settings for a later one of its name. */
function goneSettings(state: RegistryState, subject: string): RegistryRecord[] {
  const records: RegistryRecord[] = []
  if (state.modes.has(subject)) records.push({ kind: 'mode', subject, mode: null })
  if (state.configs.has(subject)) records.push({ kind: 'config', subject, value: null })
  return records
}

function checkSubject(subject: string): void {
  const isPlain = subject !== '' && subject.length <= SUBJECT_LENGTH_MAX && !/\p{Cc}/u.test(subject)
  const isReserved =
    subject === '__GLOBAL' || subject === '__EMPTY' || contextOf(subject) === GLOBAL_CONTEXT
  if (!isPlain || isReserved) throw refuse.invalidSubject(subject)
}

/** Throws where nothing may be changed. */
export function checkWritable(state: RegistryState, subject: string): ModeName {
  const mode = modeOf(state, subject)
  if (mode === 'READONLY' || mode === 'READONLY_OVERRIDE') {
    throw refuse.notPermitted(`Subject ${subject} is in read-only mode`)
  }
  return mode
}

/** For good, what is deleted softly counts as well: it may come back. */
function checkUnreferenced(
  state: RegistryState,
  subject: string,
  version: number,
  permanent: boolean,
  except?: string,
): void {
  const users = referencedBy(state, subject, version, { deleted: permanent })
  const by = users.find((one) => one.subject !== except)
  if (by === undefined) return
  throw refuse.referenceExists(
    `{magic=1,keytype=SCHEMA,subject=${subject},version=${version}}: ${by.subject} version ${by.version}`,
  )
}

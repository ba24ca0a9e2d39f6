// What follows from a request that changes levels, other settings, modes or contexts: the records
// to write and the answer. Changes nothing itself; what is refused is thrown as RegistryRefusal.

import { checkWritable, type Decision } from './decide.ts'
import type { ConfigValue, ModeName, RegistryRecord } from './records.ts'
import { refuse } from './refusal.ts'
import type { ConfigChange } from './settings.ts'
import { contextOf, DEFAULT_LEVEL, GLOBAL, isWithin, type RegistryState } from './state.ts'
import { referencedBy } from './views.ts'

/** The whole of the settings, after the change. */
export function decideConfig(
  state: RegistryState,
  subject: string,
  change: ConfigChange,
): Decision<ConfigValue> {
  checkWritable(state, subject)
  const fields = { ...state.configs.get(subject), ...change }
  const value: ConfigValue = Object.fromEntries(
    Object.entries(fields).filter(([, one]) => one !== null && one !== undefined),
  )
  return { records: [{ kind: 'config', subject, value }], answer: value }
}

/** The settings before. */
export function decideDeleteConfig(state: RegistryState, subject: string): Decision<ConfigValue> {
  const before = state.configs.get(subject)
  if (before === undefined && subject !== GLOBAL) throw refuse.subjectNotFound(subject)
  checkWritable(state, subject)
  return {
    records: before === undefined ? [] : [{ kind: 'config', subject, value: null }],
    answer: { compatibilityLevel: DEFAULT_LEVEL, ...before },
  }
}

/**
 * Schemas are imported with ids of their own, so nothing may be there before that uses any; what is
 * deleted softly goes for good. With `force` it is left to who asks.
 */
export function decideMode(
  state: RegistryState,
  subject: string,
  mode: ModeName,
  force: boolean,
): Decision<ModeName> {
  if (mode === 'FORWARD' && subject !== GLOBAL) throw refuse.forwardOfOne()
  const records: RegistryRecord[] = [{ kind: 'mode', subject, mode }]
  const isImporting = mode === 'IMPORT' && state.modes.get(subject) !== 'IMPORT' && !force
  if (!isImporting) return { records, answer: mode }
  const affected = [...state.subjects.values()]
    .flat()
    .filter((one) => isWithin(one.subject, subject))
  const live = affected.find(({ deleted }) => !deleted)
  if (live !== undefined) {
    throw refuse.notPermitted(
      `Cannot import since found existing subjects, such as ${live.subject}. Use force=true to import all the same`,
    )
  }
  for (const one of affected) {
    const [by] = referencedBy(state, one.subject, one.version, { deleted: true }).filter(
      (other) => !isWithin(other.subject, subject),
    )
    if (by !== undefined) throw refuse.referenceExists(`by ${by.subject} version ${by.version}`)
  }
  const cleared = affected.map(
    (one): RegistryRecord => ({
      kind: 'schema',
      subject: one.subject,
      version: one.version,
      value: null,
    }),
  )
  const clear: RegistryRecord[] = affected.length === 0 ? [] : [{ kind: 'clearSubject', subject }]
  return { records: [...cleared, ...clear, ...records], answer: mode }
}

/** The mode before. With `recursive`, the modes of the subjects of a context go as well. */
export function decideDeleteMode(
  state: RegistryState,
  subject: string,
  recursive: boolean,
): Decision<ModeName | null> {
  const before = state.modes.get(subject)
  if (before === undefined && !recursive) throw refuse.subjectNotFound(subject)
  const within = [...state.modes.keys()].filter((one) =>
    subject === GLOBAL ? contextOf(one) === '.' : isWithin(one, subject),
  )
  const gone = recursive ? within : [subject]
  return {
    records: gone
      .filter((one) => state.modes.has(one))
      .map((one) => ({ kind: 'mode', subject: one, mode: null })),
    answer: before ?? null,
  }
}

/** `context`: as ".name". */
export function decideDeleteContext(state: RegistryState, context: string): Decision<undefined> {
  const isUsed = [...state.subjects.keys()].some((subject) => contextOf(subject) === context)
  if (isUsed) throw refuse.contextNotEmpty(context)
  const isThere = state.contexts.has(context) && context !== '.'
  return {
    records: isThere ? [{ kind: 'context', context, isThere: false }] : [],
    answer: undefined,
  }
}

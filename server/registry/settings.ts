// Compatibility levels and the other settings, and modes, of all subjects, of a context and of one
// subject: what is asked and what is told.

import { COMPATIBILITY_LEVELS } from '../../lib/schemas/compatibility.ts'
import { type Call, flag } from './call.ts'
import { decideMode } from './decide-settings.ts'
import { readMetadata, readRuleSet } from './metadata.ts'
import { type ConfigValue, MODES, POLICIES } from './records.ts'
import { refuse } from './refusal.ts'
import { GLOBAL } from './state.ts'
import { configInScope, levelOf, modeOf } from './views.ts'

/** What is null takes the setting away; what is absent leaves it. */
export type ConfigChange = { [K in keyof ConfigValue]: ConfigValue[K] | null }

const TEXTS = ['alias', 'aliasForDeks', 'compatibilityGroup'] as const
const FLAGS = ['normalize', 'validateFields', 'validateNewSchemas', 'validateRules'] as const

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Throws RegistryRefusal. What is not known here is left out. */
export function readConfig(body: unknown): ConfigChange {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refuse.invalidRequest('the request has no body')
  }
  const raw = body as Record<string, unknown>
  const change: ConfigChange = {}
  const level = raw.compatibility === undefined ? raw.compatibilityLevel : raw.compatibility
  if (level !== undefined) change.compatibilityLevel = level === null ? null : readLevel(level)
  const policy = raw.compatibilityPolicy
  if (policy !== undefined) {
    const named = POLICIES.find((one) => one === textOf(policy).toUpperCase())
    if (policy !== null && named === undefined) {
      throw refuse.badRequest('compatibilityPolicy is STRICT or LENIENT')
    }
    change.compatibilityPolicy = named ?? null
  }
  for (const name of TEXTS) {
    const value = raw[name]
    if (value === undefined) continue
    if (value !== null && typeof value !== 'string') throw refuse.badRequest(`${name} is no text`)
    change[name] = value
  }
  for (const name of FLAGS) {
    const value = raw[name]
    if (value === undefined) continue
    if (value !== null && typeof value !== 'boolean') {
      throw refuse.badRequest(`${name} is neither true nor false`)
    }
    change[name] = value
  }
  for (const name of ['defaultMetadata', 'overrideMetadata'] as const) {
    if (raw[name] !== undefined) change[name] = readMetadata(raw[name])
  }
  for (const name of ['defaultRuleSet', 'overrideRuleSet'] as const) {
    if (raw[name] !== undefined) change[name] = readRuleSet(raw[name])
  }
  return change
}

function readLevel(value: unknown) {
  const named = COMPATIBILITY_LEVELS.find((one) => one === textOf(value).toUpperCase())
  if (named === undefined) throw refuse.invalidLevel(textOf(value))
  return named
}

/** The name of the level differs between what is changed and what is told. */
export function tellConfig(
  { compatibilityLevel, ...rest }: ConfigValue,
  levelName: 'compatibility' | 'compatibilityLevel',
) {
  return { ...rest, ...(compatibilityLevel && { [levelName]: compatibilityLevel }) }
}

export function getConfig({ state, query }: Call, subject: string): unknown {
  const own = state.configs.get(subject)
  const isFallingBack = subject === GLOBAL || flag(query, 'defaultToGlobal')
  if (own === undefined && !isFallingBack) throw refuse.noConfig(subject)
  const told = isFallingBack ? configInScope(state, subject) : (own ?? {})
  return { ...tellConfig(told, 'compatibilityLevel'), compatibilityLevel: levelOf(state, subject) }
}

export async function putMode({ query, body, store }: Call, subject: string): Promise<unknown> {
  if (typeof body !== 'object' || body === null) {
    throw refuse.invalidRequest('the request has no body')
  }
  const named = textOf((body as { mode?: unknown }).mode ?? '')
  const mode = MODES.find((one) => one === named.toUpperCase())
  if (mode === undefined) throw refuse.invalidMode(named)
  const force = flag(query, 'force')
  await store.change((state) => decideMode(state, subject, mode, force))
  return { mode }
}

export function getMode({ state, query }: Call, subject: string): unknown {
  const isFallingBack = subject === GLOBAL || flag(query, 'defaultToGlobal')
  if (!isFallingBack && !state.modes.has(subject)) throw refuse.noMode(subject)
  return { mode: modeOf(state, subject) }
}

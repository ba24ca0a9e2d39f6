// Compatibility levels and modes, of all subjects and of one: what is asked and what is told.

import { COMPATIBILITY_LEVELS } from '../../lib/schemas/compatibility.ts'
import { type Call, flag } from './call.ts'
import { decideMode } from './decide.ts'
import { type ConfigValue, configFields, configOf, MODES } from './records.ts'
import { refuse } from './refusal.ts'
import { GLOBAL } from './state.ts'
import { levelOf, modeOf } from './views.ts'

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

export function readConfig(body: unknown): ConfigValue {
  const raw = (body ?? {}) as { compatibility?: unknown; compatibilityLevel?: unknown }
  const { compatibility: name, ...others } = raw
  const level = name ?? raw.compatibilityLevel
  let fields: object = others
  if (level !== undefined && level !== null) {
    const upper = textOf(level).toUpperCase()
    if (!(COMPATIBILITY_LEVELS as readonly string[]).includes(upper)) {
      throw refuse.invalidLevel(textOf(level))
    }
    fields = { ...others, compatibilityLevel: upper }
  }
  const parsed = configFields.safeParse(fields)
  if (!parsed.success) throw refuse.invalidRequest('the configuration is not valid')
  return configOf(parsed.data)
}

/** The name of the level differs between what is asked and what is told. */
export function tellConfig(
  value: ConfigValue | undefined,
  levelName: 'compatibility' | 'compatibilityLevel',
) {
  const { compatibilityLevel, others, ...rest } = value ?? { others: {} }
  return {
    ...(compatibilityLevel === undefined ? {} : { [levelName]: compatibilityLevel }),
    ...rest,
    ...others,
  }
}

export function getConfig(call: Call, subject: string): unknown {
  const { state, query } = call
  const own = state.configs.get(subject)
  const isFallingBack = subject === GLOBAL || flag(query, 'defaultToGlobal')
  if (own?.compatibilityLevel === undefined && !isFallingBack) {
    if (own === undefined) throw refuse.noConfig(subject)
  }
  const answer = tellConfig(own, 'compatibilityLevel')
  return isFallingBack ? { ...answer, compatibilityLevel: levelOf(state, subject) } : answer
}

export async function putMode({ query, body, store }: Call, subject: string): Promise<unknown> {
  const named = textOf((body as { mode?: unknown } | undefined)?.mode ?? '')
  const mode = MODES.find((one) => one === named.toUpperCase())
  if (mode === undefined) throw refuse.invalidMode(named)
  const force = flag(query, 'force')
  return { mode: await store.change((state) => decideMode(state, subject, mode, force)) }
}

export function getMode({ state, query }: Call, subject: string): unknown {
  const isFallingBack = subject === GLOBAL || flag(query, 'defaultToGlobal')
  if (!isFallingBack && !state.modes.has(subject)) throw refuse.noMode(subject)
  return { mode: modeOf(state, subject) }
}

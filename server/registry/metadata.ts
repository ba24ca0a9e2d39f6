// What may be registered beside a schema (docs.confluent.io, "Data Contracts"): metadata, which are
// tags by path, properties, and names of sensitive properties; and rule sets. They are part of what
// makes schemas the same, so they are kept in one order. Nothing here runs a rule.

import { z } from 'zod'
import { refuse } from './refusal.ts'

export interface Metadata {
  tags?: Record<string, string[]>
  properties?: Record<string, string>
  sensitive?: string[]
}

const MIGRATION_MODES = ['UPGRADE', 'DOWNGRADE', 'UPDOWN'] as const
const OTHER_MODES = ['WRITE', 'READ', 'WRITEREAD'] as const
const LISTS = ['migrationRules', 'domainRules', 'encodingRules'] as const
const RULE_NAME = /^[\p{L}_][\p{L}\p{Nd}_-]{0,63}$/u

const text = z.string().max(100_000)
const metadata = z.object({
  tags: z.record(text, z.array(text)).nullish(),
  properties: z.record(text, text).nullish(),
  sensitive: z.array(text).nullish(),
})
const rule = z.object({
  name: text.nullish(),
  doc: text.nullish(),
  kind: z.enum(['TRANSFORM', 'CONDITION']).nullish(),
  mode: z.enum([...MIGRATION_MODES, ...OTHER_MODES]).nullish(),
  type: text.nullish(),
  tags: z.array(text).nullish(),
  params: z.record(text, text).nullish(),
  expr: text.nullish(),
  onSuccess: text.nullish(),
  onFailure: text.nullish(),
  disabled: z.boolean().nullish(),
})
const rules = z.array(rule).max(1_000).nullish()
const ruleSet = z.object({
  migrationRules: rules,
  domainRules: rules,
  encodingRules: rules,
  enableAt: z.enum(['ALL', 'CLIENT', 'GATEWAY', 'SERVER', 'NONE']).nullish(),
})

export type Rule = ReturnType<typeof tidyRule>
export interface RuleSet {
  migrationRules?: Rule[]
  domainRules?: Rule[]
  encodingRules?: Rule[]
  enableAt?: string
}

/** Throws RegistryRefusal. Null for none. */
export function readMetadata(value: unknown): Metadata | null {
  if (value === undefined || value === null) return null
  const parsed = metadata.safeParse(value)
  if (!parsed.success) throw refuse.badRequest('metadata is not as it should be')
  const { tags, properties, sensitive } = parsed.data
  const found: Metadata = {}
  const sortedTags = sorted(tags ?? {}, unique)
  if (Object.keys(sortedTags).length > 0) found.tags = sortedTags
  const sortedProperties = sorted(properties ?? {}, (one) => one)
  if (Object.keys(sortedProperties).length > 0) found.properties = sortedProperties
  if (sensitive != null && sensitive.length > 0) found.sensitive = unique(sensitive)
  return found
}

/** Throws RegistryRefusal. Null for none. */
export function readRuleSet(value: unknown): RuleSet | null {
  if (value === undefined || value === null) return null
  const parsed = ruleSet.safeParse(value)
  if (!parsed.success) throw refuse.badRequest('ruleSet is not as it should be')
  const names = new Set<string>()
  const found: RuleSet = {}
  for (const list of LISTS) {
    const tidy = (parsed.data[list] ?? []).map(tidyRule)
    for (const one of tidy) checkRule(one, list === 'migrationRules', names)
    if (tidy.length > 0) found[list] = tidy
  }
  if (parsed.data.enableAt != null) found.enableAt = parsed.data.enableAt
  return found
}

function tidyRule({ kind, mode, tags, params, disabled, ...given }: z.output<typeof rule>) {
  const { name, doc, type, expr, onSuccess, onFailure } = given
  return {
    ...present({ name, doc }),
    kind: kind ?? 'TRANSFORM',
    mode: mode ?? 'WRITEREAD',
    ...present({ type }),
    ...(tags == null || tags.length === 0 ? {} : { tags: unique(tags) }),
    ...(params == null || Object.keys(params).length === 0
      ? {}
      : { params: sorted(params, (one) => one) }),
    ...present({ expr, onSuccess, onFailure }),
    disabled: disabled ?? false,
  }
}

function checkRule(one: Rule, isMigration: boolean, names: Set<string>): void {
  const { name, type, mode } = one
  if (name === undefined || !RULE_NAME.test(name)) {
    throw refuse.invalidRuleSet(`the rule name '${name ?? ''}' is not valid`)
  }
  if (names.has(name)) throw refuse.invalidRuleSet(`there are two rules of the name '${name}'`)
  names.add(name)
  if (type === undefined) throw refuse.invalidRuleSet(`the rule '${name}' has no type`)
  const modes: readonly string[] = isMigration ? MIGRATION_MODES : OTHER_MODES
  if (!modes.includes(mode)) {
    throw refuse.invalidRuleSet(`the mode of the rule '${name}' can only be ${modes.join(', ')}`)
  }
  const hasSeveral = [one.onSuccess, one.onFailure].some((action) => action?.includes(',') === true)
  if (hasSeveral && mode !== 'WRITEREAD' && mode !== 'UPDOWN') {
    throw refuse.invalidRuleSet(`the rule '${name}' has two actions, and ${mode} takes one`)
  }
}

/** What the later one says counts, name by name. */
export function mergeMetadata(first: Metadata | null, then: Metadata | null): Metadata | null {
  if (first === null || then === null) return first ?? then
  return readMetadata({
    tags: { ...first.tags, ...then.tags },
    properties: { ...first.properties, ...then.properties },
    sensitive: [...(first.sensitive ?? []), ...(then.sensitive ?? [])],
  })
}

/** A rule of the later one stands in for the one of its name. */
export function mergeRuleSets(first: RuleSet | null, then: RuleSet | null): RuleSet | null {
  if (first === null || then === null) return first ?? then
  const merged: RuleSet = {}
  for (const list of LISTS) {
    const later = then[list] ?? []
    const names = new Set(later.map(({ name }) => name))
    const both = [...(first[list] ?? []).filter(({ name }) => !names.has(name)), ...later]
    if (both.length > 0) merged[list] = both
  }
  const enableAt = then.enableAt ?? first.enableAt
  return enableAt === undefined ? merged : { ...merged, enableAt }
}

function present<T extends Record<string, string | null | undefined>>(fields: T) {
  const set = Object.entries(fields).filter(([, value]) => value != null)
  return Object.fromEntries(set) as { [K in keyof T]?: string }
}

function sorted<T, U>(record: Record<string, T>, tidy: (value: T) => U): Record<string, U> {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, value]) => [name, tidy(value)]))
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)].sort()
}

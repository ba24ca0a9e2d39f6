// The globally unique id of a schema, as Confluent's registry makes it: the MD5 of the text, of the
// references (name, subject, version in four bytes), of the metadata and of the rule set, in the
// form of a UUID. The same content has the same GUID in every registry.

import { createHash } from 'node:crypto'
import type { Metadata, Rule, RuleSet } from './metadata.ts'
import type { SchemaContent } from './state.ts'

const made = new WeakMap<SchemaContent, string>()

export function guidOf(content: SchemaContent): string {
  let guid = made.get(content)
  if (guid === undefined) {
    guid = make(content)
    made.set(content, guid)
  }
  return guid
}

/** Before what may be absent, to tell that from what is there and empty. */
const PRESENT = Buffer.from([1])

function make({ text, references, metadata, ruleSet }: SchemaContent): string {
  const parts: (string | Buffer)[] = [text]
  for (const { name, subject, version } of references) {
    const number = Buffer.alloc(4)
    number.writeInt32BE(version)
    parts.push(name, subject, number)
  }
  if (metadata !== null) parts.push(PRESENT, ...ofMetadata(metadata))
  if (ruleSet !== null) parts.push(PRESENT, ...ofRuleSet(ruleSet))
  const hash = createHash('md5')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function ofMetadata({ tags, properties, sensitive }: Metadata): string[] {
  return [
    ...Object.entries(tags ?? {}).flatMap(([path, names]) => [path, ...names]),
    ...Object.entries(properties ?? {}).flat(),
    ...(sensitive ?? []),
  ]
}

function ofRuleSet({ migrationRules, domainRules, encodingRules, enableAt }: RuleSet) {
  return [
    ...[migrationRules, domainRules, encodingRules].flatMap((list) => (list ?? []).flatMap(ofRule)),
    ...(enableAt === undefined ? [] : [enableAt]),
  ]
}

function ofRule(rule: Rule): (string | Buffer)[] {
  return [
    ...[rule.name, rule.doc, rule.kind, rule.mode, rule.type].filter((one) => one !== undefined),
    ...(rule.tags ?? []),
    ...Object.entries(rule.params ?? {}).flat(),
    ...[rule.expr, rule.onSuccess, rule.onFailure].filter((one) => one !== undefined),
    ...(rule.disabled ? [PRESENT] : []),
  ]
}

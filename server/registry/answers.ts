// Answers to what asks for versions, schemas and lists of them, as Confluent's API words them.

import { type Call, flag } from './call.ts'
import { guidOf } from './guid.ts'
import { unaliased } from './paths.ts'
import { refuse } from './refusal.ts'
import { formatted } from './schemas.ts'
import { contextOf, isContext, type SchemaContent, type SchemaVersion } from './state.ts'
import { answerContent, answerVersion, contentOf, matchesPrefix, versionsOf } from './views.ts'

/** Parameter 0 as a subject, or as the subject for which it is an alias. */
export const subjectOf = ({ params, state }: Call): string => unaliased(state, params[0] ?? '')

export const deletedOf = ({ query }: Call) => ({
  deleted: flag(query, 'deleted'),
  deletedOnly: flag(query, 'deletedOnly'),
})

/** Part of a list, by offset and limit. */
export function paged<T>(list: readonly T[], query: URLSearchParams): readonly T[] {
  const whole = (name: string, otherwise: number) => {
    const text = query.get(name)
    return text === null || !/^-?\d{1,9}$/.test(text) ? otherwise : Number(text)
  }
  const offset = Math.max(0, whole('offset', 0))
  const limit = whole('limit', -1)
  return list.slice(offset, limit < 0 ? undefined : offset + limit)
}

/** The schema itself, as a document rather than a text in one, where it is JSON. */
export function bareSchema({ type, text }: SchemaContent): unknown {
  return type === 'PROTOBUF' ? text : new Verbatim(text)
}

/** JSON that is told as it is, with every digit. */
export class Verbatim {
  readonly json: string

  constructor(json: string) {
    this.json = json
  }

  toJSON(): unknown {
    return JSON.parse(this.json)
  }
}

/** One version, its schema in the format that is asked for. */
export function tellVersion({ state, query }: Call, found: SchemaVersion): unknown {
  const content = contentOf(state, found)
  const told = formatted(state, found.subject, content, query.get('format'))
  const whole = { ...answerVersion(state, found), guid: guidOf(content), ...answerContent(told) }
  if (query.get('referenceFormat') !== 'qualified') return whole
  const context = contextOf(found.subject)
  const references = content.references.map((one) =>
    context === '.' || one.subject.startsWith(':.')
      ? one
      : { ...one, subject: `:${context}:${one.subject}` },
  )
  return references.length === 0 ? whole : { ...whole, references }
}

/** The newest version whose metadata has all of the properties that are asked for. */
export function latestWithMetadata(call: Call): unknown {
  const { query, state } = call
  const subject = subjectOf(call)
  const values = query.getAll('value')
  const wanted = query.getAll('key').slice(0, values.length)
  const which = { deleted: flag(query, 'deleted') }
  const found = (state.subjects.get(subject) ?? []).findLast((one) => {
    const properties = contentOf(state, one).metadata?.properties
    const isShown = which.deleted || !one.deleted
    if (!isShown || contentOf(state, one).metadata === null) return false
    return wanted.every((name, index) => properties?.[name] === values[index])
  })
  if (found !== undefined) return tellVersion(call, found)
  versionsOf(state, subject, which)
  throw refuse.schemaNotFound()
}

/** Versions of all subjects of a prefix, by subject and version. */
export function listSchemas({ state, query }: Call): unknown {
  const isLatestOnly = flag(query, 'latestOnly')
  const deleted = flag(query, 'deleted')
  const prefix = query.get('subjectPrefix') ?? ''
  const ruleType = query.get('ruleType') ?? ''
  const versionsShown = [...state.subjects]
    .filter(([subject]) => matchesPrefix(subject, prefix))
    .flatMap(([, all]) => {
      const shown = all.filter((one) => {
        if (!deleted && one.deleted) return false
        return ruleType === '' || hasRules(contentOf(state, one), ruleType)
      })
      return isLatestOnly ? shown.slice(-1) : shown
    })
    .sort((a, b) =>
      a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.version - b.version,
    )
  const aliases = (subject: string) =>
    [...state.configs.keys()].filter(
      (one) => !isContext(one) && one !== subject && unaliased(state, one) === subject,
    )
  return paged(versionsShown, query).map((one) => {
    const told = { ...answerVersion(state, one), guid: guidOf(contentOf(state, one)) }
    const names = flag(query, 'aliases') ? aliases(one.subject).sort() : []
    return names.length === 0 ? told : { ...told, aliases: names }
  })
}

function hasRules({ ruleSet }: SchemaContent, type: string): boolean {
  const { migrationRules, domainRules, encodingRules } = ruleSet ?? {}
  return [migrationRules, domainRules, encodingRules].some((list) =>
    list?.some((rule) => rule.type === type),
  )
}

export function guidMatches(call: Call): { context: string; id: number; content: SchemaContent }[] {
  const guid = (call.params[0] ?? '').toLowerCase()
  return [...call.state.contexts].flatMap(([context, { schemas }]) =>
    [...schemas].flatMap(([id, content]) =>
      guidOf(content) === guid ? [{ context, id, content }] : [],
    ),
  )
}

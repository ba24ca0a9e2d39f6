// The paths of requests before they are looked up. "/contexts/.c/subjects/s" is another way to write
// "/subjects/:.c:s", for clients that can only be told an address; and where a subject is an alias,
// the subject that it stands for is meant.

import { RegistryRefusal } from './refusal.ts'
import { contextOf, normalSubject, type RegistryState } from './state.ts'

export interface Target {
  /** Decoded. */
  steps: readonly string[]
  query: URLSearchParams
}

/** Throws RegistryRefusal. */
export function readTarget(path: string, query: URLSearchParams): Target {
  const steps = path
    .split('/')
    .filter((step) => step !== '')
    .map(decode)
  const [first, context, ...rest] = steps
  if (first !== 'contexts' || context === undefined || rest.length === 0) return { steps, query }
  return inContext(contextPrefix(context), rest, query)
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    throw new RegistryRefusal(400, 400, 'The path is not percent-encoded as it should be.')
  }
}

/** ".c", ":.c:" and "c" as ":.c:"; the default context as nothing. Throws RegistryRefusal. */
export function contextPrefix(named: string): string {
  const bare = named.replace(/^:/, '').replace(/:$/, '')
  if (bare.includes(':')) {
    throw new RegistryRefusal(400, 400, `Context name '${bare}' cannot contain a colon`)
  }
  const name = bare.startsWith('.') ? bare : `.${bare}`
  return name === '.' ? '' : `:${name}:`
}

function inContext(prefix: string, steps: readonly string[], query: URLSearchParams): Target {
  const told = new URLSearchParams(query)
  const qualify = (subject: string) => (/^:[.*]/.test(subject) ? subject : `${prefix}${subject}`)
  const [area, second] = steps
  const at = area === 'compatibility' ? 2 : 1
  const hasSubject = ['subjects', 'config', 'mode', 'compatibility'].includes(area ?? '')
  const qualified = steps.map((step, index) => (hasSubject && index === at ? qualify(step) : step))
  const isOfWhole = (area === 'config' || area === 'mode') && second === undefined
  if (isOfWhole && prefix !== '') qualified.push(prefix)
  if (area === 'schemas' && second === 'ids') {
    told.set('subject', qualify(query.get('subject') ?? ''))
  } else if ((area === 'schemas' || area === 'subjects') && second === undefined) {
    told.set('subjectPrefix', qualify(query.get('subjectPrefix') ?? ''))
  }
  return { steps: qualified, query: told }
}

/** The subject that is meant: of an alias, the one that it stands for. */
export function unaliased(state: RegistryState, subject: string): string {
  const named = normalSubject(subject)
  const alias = state.configs.get(named)?.alias
  if (alias === undefined || alias === '') return named
  const context = contextOf(named)
  const isQualified = alias.startsWith(':.') || context === '.'
  return normalSubject(isQualified ? alias : `:${context}:${alias}`)
}

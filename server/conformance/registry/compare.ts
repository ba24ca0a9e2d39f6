// The answers of two registries to the same requests, and in what they differ. Compared are the
// status, the error code, and what the body says; not the wording of errors, nor ids themselves:
// of these it counts which are equal to which.

import type { Request, Sequence } from './sequences.ts'

export interface Difference {
  sequence: string
  /** Place in the sequence. */
  at: number
  request: string
  ours: string
  theirs: string
}

interface Answer {
  status: number
  body: unknown
}

/** Ids that stand for the same schema on both sides have one name. */
class Ids {
  private readonly ours = new Map<number, string>()
  private readonly theirs = new Map<number, string>()
  private count = 0

  /** Called with each pair of ids that were given to the same request. */
  meet(own: number, other: number): void {
    const isNew = !this.ours.has(own) && !this.theirs.has(other)
    const name = `#${++this.count}`
    if (!this.ours.has(own)) this.ours.set(own, name)
    if (!this.theirs.has(other)) this.theirs.set(other, isNew ? name : `${name} of theirs`)
  }

  nameOf(id: number, side: 'ours' | 'theirs'): string {
    return this[side].get(id) ?? `one of ${side}`
  }
}

export async function compare(
  ours: string,
  theirs: string,
  sequences: readonly Sequence[],
): Promise<{ requests: number; differences: Difference[] }> {
  const differences: Difference[] = []
  let requests = 0
  const ids = new Ids()
  for (const { name, requests: list } of sequences) {
    for (const [at, request] of list.entries()) {
      requests++
      const [a, b] = await Promise.all([ask(ours, request), ask(theirs, request)])
      const [own, other] = [idOf(a), idOf(b)]
      if (own !== undefined && other !== undefined) ids.meet(own, other)
      const mine = tell(request, a, (id) => ids.nameOf(id, 'ours'))
      const yours = tell(request, b, (id) => ids.nameOf(id, 'theirs'))
      if (mine === yours) continue
      const [method, path] = request
      const place = { sequence: name, at, request: `${method} ${path}` }
      differences.push({ ...place, ours: mine, theirs: yours })
    }
  }
  return { requests, differences }
}

function idOf({ body }: Answer): number | undefined {
  const id = (body as { id?: unknown } | null)?.id
  return typeof id === 'number' ? id : undefined
}

async function ask(base: string, [method, path, body]: Request): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await response.text()
  try {
    return { status: response.status, body: JSON.parse(text) }
  } catch {
    return { status: response.status, body: text }
  }
}

type Name = (id: number) => string

function tell([method, path]: Request, { status, body }: Answer, name: Name): string {
  if (status >= 400) {
    const code = (body as { error_code?: unknown } | null)?.error_code
    return `${status} ${typeof code === 'number' ? code : 'without a code'}`
  }
  // Newer servers tell more of what was registered than its id.
  const isRegistration = method === 'POST' && /^\/subjects\/[^/]+\/versions/.test(path)
  const told = isRegistration ? { id: (body as { id?: unknown }).id } : body
  return `${status} ${JSON.stringify(plain(told, name))}`
}

/** Without what may be said or not, and with schemas as what they say. */
function plain(value: unknown, nameOf: Name): unknown {
  if (Array.isArray(value)) return value.map((one) => plain(one, nameOf))
  if (typeof value !== 'object' || value === null) return value
  const found: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isUnsaid =
      one === null ||
      name === 'guid' ||
      (name === 'schemaType' && one === 'AVRO') ||
      (name === 'references' && Array.isArray(one) && one.length === 0)
    if (isUnsaid) continue
    if (name === 'id' && typeof one === 'number') found.id = nameOf(one)
    else if (name === 'schema' && typeof one === 'string') found.schema = schemaOf(one)
    else if (name === 'messages' && Array.isArray(one)) found.messages = one.length > 0
    else found[name] = plain(one, nameOf)
  }
  return found
}

function schemaOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.replace(/\s+/g, ' ').trim()
  }
}

// Confluent's REST API (docs.confluent.io, "Schema Registry API Reference"): every path, what it
// asks of the registry, and its answer. Knows nothing of HTTP but method, path and JSON.

import { createHash } from 'node:crypto'
import { type Call, flag, type RegistryLog } from './call.ts'
import {
  checkCandidate,
  decideConfig,
  decideDeleteConfig,
  decideDeleteMode,
  decideDeleteSubject,
  decideDeleteVersion,
  decideRegister,
  lookUp,
} from './decide.ts'
import { RegistryRefusal, refuse } from './refusal.ts'
import { readId, readSchemaRequest, readVersion } from './requests.ts'
import { formatted } from './schemas.ts'
import { getConfig, getMode, putMode, readConfig, tellConfig } from './settings.ts'
import {
  contentKey,
  contextOf,
  GLOBAL,
  normalSubject,
  type SchemaContent,
  type SchemaVersion,
} from './state.ts'
import {
  answerContent,
  answerVersion,
  contentById,
  contentOf,
  findVersion,
  listSubjects,
  matchesPrefix,
  referencedBy,
  versionsOf,
  versionsWithId,
} from './views.ts'

export interface RegistryRequest {
  method: string
  /** Without the query, still percent-encoded. */
  path: string
  query: URLSearchParams
  /** Parsed JSON; undefined when there was no body. */
  body: unknown
}

export interface RegistryAnswer {
  status: number
  /** To be written as JSON. */
  body: unknown
}

interface Route {
  method: string
  /** With {} for a parameter. */
  pattern: RegExp
  /** JSON, or a promise of it; a text itself where it is a schema. */
  run: (call: Call) => unknown
}

/** Never rejects: what goes wrong is an answer. */
export async function answerRequest(
  store: RegistryLog,
  request: RegistryRequest,
): Promise<RegistryAnswer> {
  try {
    const path = request.path.replace(/\/+$/, '') || '/'
    const routes = ROUTES.filter(({ pattern }) => pattern.test(path))
    const route = routes.find(({ method }) => method === request.method)
    if (route === undefined) {
      if (routes.length === 0) throw new RegistryRefusal(404, 404, 'HTTP 404 Not Found')
      throw new RegistryRefusal(405, 405, 'HTTP 405 Method Not Allowed')
    }
    const params = (route.pattern.exec(path) ?? []).slice(1).map(decodeParam)
    const { query, body } = request
    const result = await route.run({ params, query, body, store, state: store.state })
    return { status: 200, body: result }
  } catch (error) {
    if (error instanceof RegistryRefusal) {
      const { status, code, message } = error.refusal
      return { status, body: { error_code: code, message } }
    }
    throw error
  }
}

function decodeParam(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RegistryRefusal(400, 400, 'The path is not percent-encoded as it should be.')
  }
}

function route(method: string, path: string, run: Route['run']): Route {
  const pattern = new RegExp(`^${path.replaceAll('{}', '([^/]+)')}$`)
  return { method, pattern, run }
}

function optionalFlag(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name)
  return value === null ? undefined : value === 'true'
}

/** Parameter 0 as a subject. */
const subjectOf = ({ params }: Call): string => normalSubject(params[0] ?? '')

const deletedOf = ({ query }: Call) => ({
  deleted: flag(query, 'deleted'),
  deletedOnly: flag(query, 'deletedOnly'),
})

/** Part of a list, by offset and limit. */
function paged<T>(list: readonly T[], query: URLSearchParams): readonly T[] {
  const whole = (name: string, otherwise: number) => {
    const text = query.get(name)
    return text === null || !/^-?\d{1,9}$/.test(text) ? otherwise : Number(text)
  }
  const offset = Math.max(0, whole('offset', 0))
  const limit = whole('limit', -1)
  return list.slice(offset, limit < 0 ? undefined : offset + limit)
}

function guidOf(content: SchemaContent): string {
  const digits = createHash('md5').update(contentKey(content)).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The schema itself, as a document rather than a text in one, where it is JSON. */
function bareSchema({ type, text }: SchemaContent): unknown {
  return type === 'PROTOBUF' ? text : JSON.parse(text)
}

/** One version, its schema in the format that is asked for. */
function tellVersion({ state, query }: Call, found: SchemaVersion): unknown {
  const content = contentOf(state, found)
  const told = formatted(state, found.subject, content, query.get('format'))
  return { ...answerVersion(state, found), ...answerContent(told), guid: guidOf(content) }
}

function isIncompatible(error: unknown): error is RegistryRefusal {
  return error instanceof RegistryRefusal && error.refusal.code === 42201
}

function compatibility(call: Call, version: number | undefined): unknown {
  const { query, body, state } = call
  const subject = subjectOf(call)
  const { content } = readSchemaRequest(body)
  const isVerbose = flag(query, 'verbose')
  try {
    const { found, messages } = checkCandidate(
      state,
      subject,
      content,
      version,
      flag(query, 'normalize'),
    )
    const answer = { is_compatible: found.length === 0 }
    return isVerbose ? { ...answer, messages } : answer
  } catch (error) {
    if (isVerbose && isIncompatible(error)) {
      return { is_compatible: false, messages: [error.refusal.message] }
    }
    throw error
  }
}

async function register(call: Call): Promise<unknown> {
  const { query, body, store } = call
  const subject = subjectOf(call)
  const request = readSchemaRequest(body)
  const normalize = optionalFlag(query, 'normalize')
  const { id, version, content } = await store.change((state) =>
    decideRegister(state, subject, { ...request, normalize }),
  )
  return { id, version, guid: guidOf(content), ...answerContent(content) }
}

const ROUTES: readonly Route[] = [
  route('GET', '/', () => ({})),
  route('POST', '/', () => ({})),
  route('GET', '/contexts', ({ state, query }) => {
    const names = [...new Set(['.', ...state.contexts.keys()])].sort()
    return paged(names, query)
  }),
  route('GET', '/v1/metadata/id', () => ({ scope: { path: [], clusters: {} }, id: '' })),
  route('GET', '/v1/metadata/version', () => ({ version: '0.1.0', commitId: '' })),

  route('GET', '/schemas/types', () => ['JSON', 'PROTOBUF', 'AVRO']),
  route('GET', '/schemas', (call) => {
    const { state, query } = call
    const isLatestOnly = flag(query, 'latestOnly')
    const deleted = flag(query, 'deleted')
    const versions = [...state.subjects.values()].flatMap((all) => {
      const shown = all.filter((one) => deleted || !one.deleted)
      return isLatestOnly ? shown.slice(-1) : shown
    })
    const prefix = query.get('subjectPrefix') ?? ':*:'
    const found = versions
      .filter(({ subject }) => matchesPrefix(subject, prefix))
      .sort((a, b) =>
        a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : a.version - b.version,
      )
    return paged(found, query).map((one) => answerVersion(state, one))
  }),
  route('GET', '/schemas/ids/{}', ({ params, query, state }) => {
    const id = readId(params[0] ?? '')
    const hint = query.get('subject') ?? ''
    const content = contentById(state, id, hint)
    const idMax = state.contexts.get(contextOf(hint))?.idMax
    const more = flag(query, 'fetchMaxId') ? { maxId: idMax } : {}
    const told = formatted(state, hint, content, query.get('format'))
    return { ...answerContent(told), guid: guidOf(content), ...more }
  }),
  route('GET', '/schemas/ids/{}/schema', ({ params, query, state }) => {
    const hint = query.get('subject') ?? ''
    const content = contentById(state, readId(params[0] ?? ''), hint)
    return bareSchema(formatted(state, hint, content, query.get('format')))
  }),
  route('GET', '/schemas/ids/{}/subjects', (call) => {
    const id = readId(call.params[0] ?? '')
    const hint = call.query.get('subject') ?? ''
    contentById(call.state, id, hint)
    const versions = versionsWithId(call.state, id, hint, deletedOf(call))
    return paged([...new Set(versions.map(({ subject }) => subject))].sort(), call.query)
  }),
  route('GET', '/schemas/ids/{}/versions', (call) => {
    const id = readId(call.params[0] ?? '')
    const hint = call.query.get('subject') ?? ''
    contentById(call.state, id, hint)
    const versions = versionsWithId(call.state, id, hint, deletedOf(call))
    return paged(
      versions.map(({ subject, version }) => ({ subject, version })),
      call.query,
    )
  }),
  route('GET', '/schemas/guids/{}/ids', ({ params, state }) => {
    const ids = [...state.contexts].flatMap(([context, { schemas }]) =>
      [...schemas].flatMap(([id, content]) =>
        guidOf(content) === params[0] ? { context, id } : [],
      ),
    )
    if (ids.length === 0) throw refuse.schemaNotFound(` ${params[0]}`)
    return ids
  }),
  route('GET', '/schemas/guids/{}', ({ params, state }) => {
    for (const { schemas } of state.contexts.values()) {
      for (const content of schemas.values()) {
        const guid = guidOf(content)
        if (guid === params[0]) return { ...answerContent(content), guid }
      }
    }
    throw refuse.schemaNotFound(` ${params[0]}`)
  }),

  route('GET', '/subjects', (call) => {
    const prefix = call.query.get('subjectPrefix') ?? ':*:'
    return paged(listSubjects(call.state, prefix, deletedOf(call)), call.query)
  }),
  route('POST', '/subjects/{}', (call) => {
    const { content } = readSchemaRequest(call.body)
    const found = lookUp(call.state, subjectOf(call), content, {
      normalize: optionalFlag(call.query, 'normalize'),
      deleted: flag(call.query, 'deleted'),
    })
    return tellVersion(call, { ...found, deleted: false })
  }),
  route('DELETE', '/subjects/{}', (call) =>
    call.store.change((state) =>
      decideDeleteSubject(state, subjectOf(call), flag(call.query, 'permanent')),
    ),
  ),
  route('GET', '/subjects/{}/versions', (call) => {
    const versions = versionsOf(call.state, subjectOf(call), deletedOf(call))
    return paged(
      versions.map(({ version }) => version),
      call.query,
    )
  }),
  route('POST', '/subjects/{}/versions', register),
  route('GET', '/subjects/{}/versions/{}', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const found = findVersion(call.state, subjectOf(call), version, deletedOf(call))
    return tellVersion(call, found)
  }),
  route('GET', '/subjects/{}/versions/{}/schema', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const found = findVersion(call.state, subjectOf(call), version, deletedOf(call))
    const content = contentOf(call.state, found)
    return bareSchema(formatted(call.state, found.subject, content, call.query.get('format')))
  }),
  route('GET', '/subjects/{}/versions/{}/referencedby', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const found = findVersion(call.state, subjectOf(call), version, { deleted: true })
    const users = referencedBy(call.state, found.subject, found.version)
    return [...new Set(users.map(({ id }) => id))]
  }),
  route('DELETE', '/subjects/{}/versions/{}', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const permanent = flag(call.query, 'permanent')
    return call.store.change((state) =>
      decideDeleteVersion(state, subjectOf(call), version, permanent),
    )
  }),

  route('POST', '/compatibility/subjects/{}/versions', (call) => compatibility(call, undefined)),
  route('POST', '/compatibility/subjects/{}/versions/{}', (call) =>
    compatibility(call, readVersion(call.params[1] ?? '')),
  ),

  route('GET', '/config', (call) => getConfig(call, GLOBAL)),
  route('PUT', '/config', async ({ body, store }) => {
    const change = readConfig(body)
    await store.change((state) => decideConfig(state, GLOBAL, change))
    return tellConfig(change, 'compatibility')
  }),
  route('DELETE', '/config', async ({ store }) => {
    const before = await store.change((state) => decideDeleteConfig(state, GLOBAL))
    return tellConfig(before, 'compatibilityLevel')
  }),
  route('GET', '/config/{}', (call) => getConfig(call, subjectOf(call))),
  route('PUT', '/config/{}', async (call) => {
    const change = readConfig(call.body)
    await call.store.change((state) => decideConfig(state, subjectOf(call), change))
    return tellConfig(change, 'compatibility')
  }),
  route('DELETE', '/config/{}', async (call) => {
    const before = await call.store.change((state) => decideDeleteConfig(state, subjectOf(call)))
    return tellConfig(before, 'compatibilityLevel')
  }),

  route('GET', '/mode', (call) => getMode(call, GLOBAL)),
  route('PUT', '/mode', (call) => putMode(call, GLOBAL)),
  route('DELETE', '/mode', async ({ store }) => ({
    mode: await store.change((state) => decideDeleteMode(state, GLOBAL)),
  })),
  route('GET', '/mode/{}', (call) => getMode(call, subjectOf(call))),
  route('PUT', '/mode/{}', (call) => putMode(call, subjectOf(call))),
  route('DELETE', '/mode/{}', async (call) => ({
    mode: await call.store.change((state) => decideDeleteMode(state, subjectOf(call))),
  })),
]

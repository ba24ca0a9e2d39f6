// Confluent's REST API (docs.confluent.io, "Schema Registry API Reference"): every path, what it
// asks of the registry, and its answer. Knows nothing of HTTP but method, path and JSON.
//
// Not there, since nothing that is not Confluent's own asks for it: associations of subjects with
// topics, tags inside of schemas, and exporters.

import {
  bareSchema,
  deletedOf,
  guidMatches,
  latestWithMetadata,
  listSchemas,
  paged,
  subjectOf,
  tellVersion,
} from './answers.ts'
import { type Call, flag, type RegistryLog } from './call.ts'
import {
  checkCandidate,
  decideDeleteSubject,
  decideDeleteVersion,
  decideRegister,
  lookUp,
} from './decide.ts'
import {
  decideConfig,
  decideDeleteConfig,
  decideDeleteContext,
  decideDeleteMode,
} from './decide-settings.ts'
import { guidOf } from './guid.ts'
import { contextPrefix, readTarget, unaliased } from './paths.ts'
import { RegistryRefusal, refuse } from './refusal.ts'
import { readId, readSchemaRequest, readVersion } from './requests.ts'
import { formatted } from './schemas.ts'
import { getConfig, getMode, putMode, readConfig, tellConfig } from './settings.ts'
import { contextOf, GLOBAL, normalSubject } from './state.ts'
import {
  answerContent,
  contentById,
  contentOf,
  findVersion,
  findVersionAnywhere,
  idContext,
  listSubjects,
  referencedBy,
  versionsOf,
  versionsWithId,
} from './views.ts'

const VERSION = '0.1.0'

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
  /** To be written as JSON, but for a text, which is the body itself. */
  body: unknown
}

interface Route {
  method: string
  /** Of the path; {} for a parameter. */
  steps: readonly string[]
  /** JSON, or a promise of it; a text itself where it is a schema; nothing for no content. */
  run: (call: Call) => unknown
}

/** Never rejects: what goes wrong is an answer. */
export async function answerRequest(
  store: RegistryLog,
  request: RegistryRequest,
): Promise<RegistryAnswer> {
  try {
    const { steps, query } = readTarget(request.path, request.query)
    const routes = ROUTES.filter((one) => fits(one, steps))
    const found = routes.find(({ method }) => method === request.method)
    if (found === undefined) {
      if (routes.length === 0) throw refuse.notFound()
      throw new RegistryRefusal(405, 405, 'HTTP 405 Method Not Allowed')
    }
    const params = steps.filter((_, index) => found.steps[index] === '{}')
    const { body } = request
    const result = await found.run({ params, query, body, store, state: store.state })
    return result === undefined ? { status: 204, body: '' } : { status: 200, body: result }
  } catch (error) {
    if (error instanceof RegistryRefusal) {
      const { status, code, message } = error.refusal
      return { status, body: { error_code: code, message } }
    }
    throw error
  }
}

function fits(one: Route, steps: readonly string[]): boolean {
  return (
    one.steps.length === steps.length &&
    one.steps.every((step, index) => step === '{}' || step === steps[index])
  )
}

function route(method: string, path: string, run: Route['run']): Route {
  return { method, steps: path.split('/').filter((step) => step !== ''), run }
}

/** Parameter 0 as what settings are for; the default context stands for all. */
function scopeOf({ params }: Call): string {
  const named = normalSubject(params[0] ?? '')
  return named === ':.:' || named === '' ? GLOBAL : named
}

/** As scopeOf, for what is about to get settings. */
function settableScope(call: Call): string {
  const scope = scopeOf(call)
  const isFit = scope.length <= 1_000 && !/\p{Cc}/u.test(scope)
  if (!isFit || scope === '__GLOBAL' || scope === '__EMPTY') throw refuse.invalidSubject(scope)
  return scope
}

function isIncompatible(error: unknown): error is RegistryRefusal {
  return error instanceof RegistryRefusal && error.refusal.code === 42201
}

function compatibility(call: Call, version: number | undefined): unknown {
  const { query, body, state } = call
  const subject = subjectOf(call)
  const { content } = readSchemaRequest(body)
  const isVerbose = flag(query, 'verbose')
  const normalize = flag(query, 'normalize')
  try {
    const { found, messages } = checkCandidate(state, subject, content, version, normalize)
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
  const normalize = flag(query, 'normalize')
  const { id, version, content } = await store.change((state) =>
    decideRegister(state, subject, { ...request, normalize }),
  )
  const told = formatted(store.state, subject, content, query.get('format'))
  return { id, version, guid: guidOf(content), ...answerContent(told) }
}

/** The id of parameter 0, and the context in which it is meant. */
function idOf({ params, query, state }: Call): { id: number; context: string } {
  const id = readId(params[0] ?? '')
  const hint = unaliased(state, query.get('subject') ?? '')
  return { id, context: idContext(state, id, hint) }
}

/** A subject of the context, to resolve references in. */
const anyOf = (context: string): string => (context === '.' ? '' : `:${context}:`)

const ROUTES: readonly Route[] = [
  route('GET', '/', () => ({})),
  route('POST', '/', () => ({})),
  route('GET', '/contexts', ({ state, query }) => {
    const prefix = query.get('contextPrefix') ?? ''
    const names = [...new Set(['.', ...state.contexts.keys()])].sort()
    return paged(
      names.filter((name) => name.startsWith(prefix)),
      query,
    )
  }),
  route('DELETE', '/contexts/{}', async ({ params, store }) => {
    const context = contextOf(contextPrefix(params[0] ?? ''))
    await store.change((state) => decideDeleteContext(state, context))
  }),
  route('GET', '/v1/metadata/id', ({ store }) => {
    const clusters = {
      'kafka-cluster': store.clusterId ?? '',
      'schema-registry-cluster': 'schema-registry',
    }
    return { scope: { path: [], clusters }, id: '' }
  }),
  route('GET', '/v1/metadata/version', () => ({ version: VERSION, commitId: '' })),
  route('GET', '/v1/metadata/deployment', () => ({ attributes: [] })),

  route('GET', '/schemas/types', () => ['JSON', 'PROTOBUF', 'AVRO']),
  route('GET', '/schemas', listSchemas),
  route('GET', '/schemas/ids/{}', (call) => {
    const { query, state } = call
    const { id, context } = idOf(call)
    const content = contentById(state, id, context)
    const told = formatted(state, anyOf(context), content, query.get('format'))
    const more = flag(query, 'fetchMaxId') ? { maxId: state.contexts.get(context)?.idMax } : {}
    return { guid: guidOf(content), ...more, ...answerContent(told) }
  }),
  route('GET', '/schemas/ids/{}/schema', (call) => {
    const { id, context } = idOf(call)
    const content = contentById(call.state, id, context)
    return bareSchema(formatted(call.state, anyOf(context), content, call.query.get('format')))
  }),
  route('GET', '/schemas/ids/{}/subjects', (call) => {
    const { id, context } = idOf(call)
    const versions = versionsWithId(call.state, id, context, deletedOf(call))
    return paged([...new Set(versions.map(({ subject }) => subject))], call.query)
  }),
  route('GET', '/schemas/ids/{}/versions', (call) => {
    const { id, context } = idOf(call)
    const versions = versionsWithId(call.state, id, context, deletedOf(call))
    return paged(
      versions.map(({ subject, version }) => ({ subject, version })),
      call.query,
    )
  }),
  route('GET', '/schemas/guids/{}/ids', (call) =>
    guidMatches(call).map(({ context, id }) => ({ context, id })),
  ),
  route('GET', '/schemas/guids/{}', (call) => {
    const [found] = guidMatches(call)
    if (found === undefined) throw refuse.schemaNotFound(` ${call.params[0]}`)
    const { content, context } = found
    const told = formatted(call.state, anyOf(context), content, call.query.get('format'))
    return { guid: guidOf(content), ...answerContent(told) }
  }),

  route('GET', '/subjects', (call) => {
    const prefix = call.query.get('subjectPrefix') ?? ':*:'
    return paged(listSubjects(call.state, prefix, deletedOf(call)), call.query)
  }),
  route('POST', '/subjects/{}', (call) => {
    const { content } = readSchemaRequest(call.body)
    const found = lookUp(call.state, subjectOf(call), content, {
      normalize: flag(call.query, 'normalize'),
      deleted: flag(call.query, 'deleted'),
    })
    return tellVersion(call, found)
  }),
  route('DELETE', '/subjects/{}', (call) =>
    call.store.change((state) =>
      decideDeleteSubject(state, subjectOf(call), flag(call.query, 'permanent')),
    ),
  ),
  route('GET', '/subjects/{}/metadata', latestWithMetadata),
  route('GET', '/subjects/{}/versions', (call) => {
    const asNegative = flag(call.query, 'deletedAsNegative')
    const which = asNegative ? { deleted: true } : deletedOf(call)
    const versions = versionsOf(call.state, subjectOf(call), which)
    return paged(
      versions.map(({ version, deleted }) => (asNegative && deleted ? -version : version)),
      call.query,
    )
  }),
  route('POST', '/subjects/{}/versions', register),
  route('GET', '/subjects/{}/versions/{}', (call) => {
    const version = readVersion(call.params[1] ?? '')
    return tellVersion(
      call,
      findVersionAnywhere(call.state, subjectOf(call), version, deletedOf(call)),
    )
  }),
  route('GET', '/subjects/{}/versions/{}/schema', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const found = findVersionAnywhere(call.state, subjectOf(call), version, deletedOf(call))
    const content = contentOf(call.state, found)
    return bareSchema(formatted(call.state, found.subject, content, call.query.get('format')))
  }),
  route('GET', '/subjects/{}/versions/{}/referencedby', (call) => {
    const version = readVersion(call.params[1] ?? '')
    const found = findVersion(call.state, subjectOf(call), version, { deleted: true })
    const users = referencedBy(call.state, found.subject, found.version, deletedOf(call))
    const ids = [...new Set(users.map(({ id }) => id))].sort((a, b) => a - b)
    return paged(ids, call.query)
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

  ...['/config', '/config/{}'].flatMap((path) => [
    route('GET', path, (call) => getConfig(call, scopeOf(call))),
    route('PUT', path, async (call) => {
      const change = readConfig(call.body)
      const scope = settableScope(call)
      const whole = await call.store.change((state) => decideConfig(state, scope, change))
      return tellConfig(whole, 'compatibility')
    }),
    route('DELETE', path, async (call) => {
      const before = await call.store.change((state) => decideDeleteConfig(state, scopeOf(call)))
      return tellConfig(before, 'compatibilityLevel')
    }),
  ]),
  ...['/mode', '/mode/{}'].flatMap((path) => [
    route('GET', path, (call) => getMode(call, scopeOf(call))),
    route('PUT', path, (call) => putMode(call, settableScope(call))),
    route('DELETE', path, async (call) => {
      const recursive = flag(call.query, 'recursive')
      const before = await call.store.change((state) =>
        decideDeleteMode(state, scopeOf(call), recursive),
      )
      return { mode: before }
    }),
  ]),
]

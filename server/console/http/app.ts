// The HTTP API: every route of the contracts, its requests and answers checked by them.
//
// Hono finds the route; all else follows from the table in lib/contracts/routes.ts. An answer
// that does not keep its contract is an error of ours and is not sent.

import { type Context, Hono } from 'hono'
import { compress } from 'hono/compress'
import { z } from 'zod'
import { type Route, type RouteName, routes } from '../../../lib/contracts/routes.ts'
import type { Logger } from '../../runtime/runtime.ts'
import { ApiError, isForeseen, refusalOf } from '../problem.ts'
import { attachment } from './attachment.ts'
import type { DocumentStream, Download, FileStream, Handlers } from './handlers.ts'
import { openApiDocument } from './openapi.ts'
import { check, readBody, readQuery, refuseOtherSites } from './requests.ts'
import { fileResponse, streamResponse } from './streams.ts'

export interface AppOptions {
  handlers: Handlers
  version: string
  log: Logger
}

const NO_STORE = { 'cache-control': 'no-store' }
const OPENAPI_PATH = '/api/openapi.json'

export function createApp({ handlers, version, log }: AppOptions): Hono {
  const app = new Hono()
  // Lists and pages shrink to a tenth. Streams that go on say no-transform and stay as they are,
  // since each of their lines must arrive at once; so do downloads.
  app.use(
    compress({ contentTypeFilter: (type) => /^application\/(json|x-ndjson)(;|$)/.test(type) }),
  )
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name]
    // The table types each handler; from here on they are called alike.
    const handler = handlers[name] as (input: unknown) => Promise<unknown>
    app.on(route.method.toUpperCase(), honoPath(route.path), (context) =>
      answer(route, handler, context.req.raw, context.req.param()),
    )
  }
  const document = openApiDocument(version)
  app.get(OPENAPI_PATH, () => Response.json(document))
  refuseOtherMethods(app)
  app.notFound(({ req }) => {
    throw new ApiError(404, {
      code: 'unknown_path',
      message: `There is no ${req.path} in this API; ${OPENAPI_PATH} describes what there is.`,
    })
  })
  app.onError((error, { req }) => {
    if (!isForeseen(error))
      log.error('request failed', { method: req.method, path: req.path, error })
    const { status, problem } = refusalOf(error)
    return Response.json(problem, { status, headers: NO_STORE })
  })
  return app
}

/** A path that exists, asked with a method that it does not have. */
function refuseOtherMethods(app: Hono): void {
  const methods = new Map<string, string[]>([[OPENAPI_PATH, ['GET']]])
  for (const { path, method } of Object.values(routes)) {
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()])
  }
  for (const [path, allowed] of methods) {
    app.all(honoPath(path), ({ req }: Context) => {
      const problem = {
        code: 'method_not_allowed',
        message: `${req.path} takes ${allowed.join(' and ')}, not ${req.method}.`,
      }
      return Response.json(problem, {
        status: 405,
        headers: { ...NO_STORE, allow: allowed.join(', ') },
      })
    })
  }
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

async function answer(
  route: Route,
  handler: (input: unknown) => Promise<unknown>,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  refuseOtherSites(request, route.method)
  const reader = new AbortController()
  if (request.signal.aborted) reader.abort()
  request.signal.addEventListener('abort', () => reader.abort(), { once: true })
  const result = await handler({
    params: check(z.object(route.params ?? {}), params),
    query:
      route.query === undefined ? undefined : check(route.query, readQuery(new URL(request.url))),
    body: await bodyOf(route, request),
    signal: reader.signal,
  })
  switch (route.form) {
    case 'ndjson':
    case 'sse':
      return streamResponse(route.form, result as DocumentStream, reader, route.brief === true)
    case 'file':
      return fileResponse(result as FileStream, reader)
    case 'bytes':
      return download(result as Download)
    default:
      return Response.json(route.answer.parse(result), {
        status: route.status ?? 200,
        headers: NO_STORE,
      })
  }
}

async function bodyOf(route: Route, request: Request): Promise<unknown> {
  if (route.upload !== undefined) return request.body ?? []
  if (route.body === undefined) return undefined
  return check(route.body, await readBody(request, route.bodyBytesMax))
}

function download({ bytes, fileName }: Download): Response {
  return new Response(bytes, {
    headers: {
      ...NO_STORE,
      'content-type': 'application/octet-stream',
      ...attachment(fileName),
    },
  })
}

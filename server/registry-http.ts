// The schema registry's HTTP server: a port, bodies with a bound, and the registry behind it.
//
// Pages of other sites cannot change anything here: a request with an Origin that is not this
// address is refused, and every change has a body or a method that browsers ask about first.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ClusterClient } from './client/cluster-client.ts'
import { Verbatim } from './registry/answers.ts'
import { answerRequest } from './registry/routes.ts'
import { RegistryStore } from './registry/store.ts'
import type { Runtime } from './runtime/runtime.ts'
import { StartError } from './start-error.ts'

export interface RegistryOptions {
  runtime: Runtime
  bootstrap: readonly string[]
  host: string
  /** 0 for any free one; undefined for the usual one, or any when that is taken. */
  port: number | undefined
}

export interface Registry {
  readonly url: string
  stop(): Promise<void>
}

/** Where clients look for a registry. */
export const REGISTRY_PORT = 8081
const BODY_BYTES_MAX = 8 * 1024 * 1024
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'

/** Resolves when it answers. Rejects with StartError when the port is taken. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { runtime, bootstrap, host, port } = options
  const client = new ClusterClient({ runtime, bootstrap, clientId: 'riverglass-registry' })
  const store = new RegistryStore(runtime, client)
  const server = createServer((request, response) => {
    answer(store, request, response).catch((error: unknown) => {
      runtime.log.error('a request to the schema registry failed', {
        reason: (error as Error).stack,
      })
      send(response, 500, { error_code: 500, message: 'Internal Server Error' })
    })
  })
  server.requestTimeout = 60_000
  server.maxConnections = 1_000
  try {
    await listen(server, host, port ?? REGISTRY_PORT).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      if (port !== undefined) throw portInUse(port)
      return listen(server, host, 0)
    })
    await store.start()
  } catch (error) {
    await close(server)
    client.close()
    await store.close()
    throw error
  }
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    stop: async () => {
      await close(server)
      const closed = store.close()
      client.close()
      await closed
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portInUse(port: number): StartError {
  return new StartError(
    `Port ${port}, for the schema registry, is in use by another program.`,
    'Stop that program, or choose another port with --registry-port.',
  )
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function answer(
  store: RegistryStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://registry')
  const { origin, host } = request.headers
  if (origin !== undefined && origin !== `http://${host}`) {
    return send(response, 403, { error_code: 403, message: 'Requests of other sites are refused.' })
  }
  const text = await readBody(request)
  if (text === undefined) {
    return send(response, 413, {
      error_code: 413,
      message: `The body has more than ${BODY_BYTES_MAX} bytes.`,
    })
  }
  let body: unknown
  if (text !== '') {
    try {
      body = JSON.parse(text)
    } catch {
      return send(response, 400, { error_code: 400, message: 'The body is not valid JSON.' })
    }
  }
  const { status, body: answered } = await answerRequest(store, {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
  })
  send(response, status, answered)
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  if (status === 204) response.end()
  else if (body instanceof Verbatim) response.end(body.json)
  else response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

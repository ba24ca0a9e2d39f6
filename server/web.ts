// The console as a whole: its HTTP server, its services and its pages.
//
// The port is taken first, so that a port in use is told at once; requests that come early wait
// until the parts are there.

import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StartOptions } from './cli.ts'
import { ConfigError, type ConfiguredCluster } from './config.ts'
import { type ClusterConfig, type Console, createConsole } from './console/console.ts'
import type { RegistryAddress } from './console/schemas/registry-address.ts'
import { type Engine, StartError } from './engine.ts'
import { answerRequests } from './http.ts'
import { listAssets } from './http-assets.ts'
import { type Pages, startPages } from './pages.ts'
import type { Stops } from './stops.ts'

export interface WebOptions {
  options: StartOptions
  version: string
  clusters: readonly ConfiguredCluster[]
  /** The embedded cluster's schema registry. */
  registry: Promise<{ url: string } | undefined> | undefined
  engine: Promise<Engine> | undefined
}

/** Resolves to the console's address once everything is ready. */
export async function startWeb(web: WebOptions, stops: Stops): Promise<string> {
  const { host } = web.options
  // Set by `npm run dev` to the folder of the sources.
  const sources = process.env.RIVERGLASS_PAGES_FROM
  const folder = sources ?? fileURLToPath(new URL('app', import.meta.url))

  // A file that is imported comes as fast as the cluster takes it, which may be for hours.
  const server = createServer({ requestTimeout: 0 })
  const port = await listen(server, web.options.port, host)
  const services = startServices(web)
  stops.add(() => closeWhenStarted(services))
  const pages = startPages({
    folder,
    development: sources !== undefined,
    httpServer: server,
    hostname: host,
    port,
  })
  stops.add(() => closeWhenStarted(pages))
  stops.add(() => closeServer(server))
  const answer = answerRequests({
    host,
    assets:
      sources === undefined ? listAssets(`${folder}/.next/static`, '/_next/static/') : new Map(),
    api: services,
    pages,
    strictPages: sources === undefined,
  })
  server.on('request', answer)
  await Promise.all([services, pages])
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function startServices({
  options,
  engine,
  clusters,
  registry,
  version,
}: WebOptions): Promise<Console> {
  const [embedded, schemas] = await Promise.all([engine, registry])
  const builtIn = { id: 'embedded', name: 'embedded', embedded: true }
  return createConsole({
    version,
    clusters: [
      ...(embedded === undefined
        ? []
        : [
            {
              ...builtIn,
              bootstrap: embedded.bootstrap,
              ...(schemas === undefined ? {} : { registry: { url: schemas.url } }),
            },
          ]),
      ...clusters.map(clusterOf),
    ],
    stateFolder: join(options.dataFolder, 'console'),
    readerEntry: new URL('threads/reader-thread.js', import.meta.url),
  })
}

async function closeWhenStarted(part: Promise<Console | Pages>): Promise<void> {
  const started = await part.catch(() => undefined)
  await started?.close()
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    // Tabs hold streams open; the browser comes back by itself.
    server.closeAllConnections()
  })
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
    server.listen(port, host, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no TCP address')
      resolve(address.port)
    })
  })
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} on ${host} is in use by another program.`,
        'Choose another with --port, or stop that program.',
      )
    case 'EACCES':
      return new StartError(
        `Port ${port} on ${host} may not be opened by this user.`,
        'Choose one above 1023 with --port.',
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        `${host} is not an address of this machine.`,
        'Choose one with --host, such as 127.0.0.1 or 0.0.0.0.',
      )
    default:
      return error
  }
}

function clusterOf({
  name,
  bootstrap,
  schemaRegistry,
  protobuf,
}: ConfiguredCluster): ClusterConfig {
  const base = {
    name,
    bootstrap,
    embedded: false,
    // Looked for when they are needed: a file that is not there is told beside the data.
    ...(protobuf === undefined
      ? {}
      : { protobuf: { ...protobuf, files: protobuf.files.map((path) => resolve(path)) } }),
  }
  if (schemaRegistry === undefined) return base
  const { url, username, password, token, caFile } = schemaRegistry
  const registry: RegistryAddress = { url }
  if (username !== undefined) registry.username = username
  if (password !== undefined) registry.password = password
  if (token !== undefined) registry.token = token
  if (caFile !== undefined) registry.ca = readCertificates(caFile, name)
  return { ...base, registry }
}

function readCertificates(path: string, cluster: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      `Cannot read ${path}, the caFile of the schema registry of "${cluster}": ${reason}.`,
      { cause },
    )
  }
}

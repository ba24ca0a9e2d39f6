// The pages: Next, loaded from the folder in which they were built (or, while developing, from
// their sources) and attached to our own HTTP server.
//
// Next is no dependency of the published package: the built folder carries the part of it that
// serves, and is where `next` is looked up, from a clone and from the package alike.

import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

export interface PagesOptions {
  folder: string
  /** The folder holds sources: compile when asked, and reload the browser. */
  development: boolean
  httpServer: Server
  hostname: string
  port: number
}

/** What is used of Next here. */
interface NextApp {
  prepare(): Promise<void>
  getRequestHandler(): Pages['handle']
  close(): Promise<void>
}

export async function startPages(options: PagesOptions): Promise<Pages> {
  const { folder, development, httpServer, hostname, port } = options
  // Next's own handlers would end the process before the brokers have closed their logs.
  process.env.NEXT_MANUAL_SIG_HANDLE = '1'
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  Object.assign(process.env, { NODE_ENV: development ? 'development' : 'production' })
  // Shells and containers set HOSTNAME to something else.
  process.env.HOSTNAME = hostname
  process.env.PORT = String(port)
  if (!development) {
    const built = JSON.parse(readFileSync(join(folder, '.next/required-server-files.json'), 'utf8'))
    // Without it Next looks for next.config.js and for packages that only a build needs.
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(built.config)
  }
  const load = createRequire(join(folder, 'package.json'))
  if (!development) {
    // Next says on standard output that it has read its settings, unless it has them already.
    await load('next/dist/server/config').default('phase-production-server', folder, {
      silent: true,
    })
  }
  const next: (options: object) => NextApp = load('next')
  const app = next({ dev: development, dir: folder, hostname, port, httpServer })
  await app.prepare()
  const handle = app.getRequestHandler()
  return {
    handle: (request, response) => handle(request, response),
    close: () => app.close(),
  }
}

// How the console's HTTP server answers: who may ask, with which headers answers go out, and which part
// answers: /api the console's services, /_next/static the built files, all else the pages.
//
// It knows no route of the API and no page. What it guards: a page of another site that is open
// in the same browser reaches nothing here, neither by a form nor by a name that it lets point
// to this machine.

import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type StaticAssets, sendAsset } from './http-assets.ts'
import { refusalOf } from './http-guard.ts'

export interface HttpParts {
  /** The address to listen on; decides which Host headers are believed. */
  host: string
  assets: StaticAssets
  /** Both are waited for: requests may come before the console is ready. */
  api: Promise<{ fetch(request: Request): Promise<Response> }>
  pages: Promise<{ handle(request: IncomingMessage, response: ServerResponse): Promise<void> }>
  /** False while developing: the pages' tools evaluate code and open sockets. */
  strictPages: boolean
}

export function answerRequests(
  parts: HttpParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const answerApi = getRequestListener(async (request) => (await parts.api).fetch(request), {
    overrideGlobalObjects: false,
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setCommonHeaders(response)
    const refusal = refusalOf(request, parts.host)
    if (refusal !== undefined) {
      response.writeHead(403, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ code: 'forbidden', message: refusal }))
      return
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/api' || path.startsWith('/api/')) {
      response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      await answerApi(request, response)
      return
    }
    const asset = parts.assets.get(path)
    if (asset !== undefined) {
      sendAsset(asset, request, response)
      return
    }
    if (parts.strictPages) {
      // Next reads the nonce for its own inline scripts from the request's header.
      const policy = pagePolicy(randomBytes(16).toString('base64'))
      request.headers['content-security-policy'] = policy
      response.setHeader('content-security-policy', policy)
    }
    await (await parts.pages).handle(request, response)
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(`riverglass: ${request.method} ${request.url} failed:`, error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  }
}

function setCommonHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
}

function pagePolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    // Style attributes place the rows of virtual lists.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

// The HTTP server with a part behind each of its addresses, asked over real connections.

import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerRequests } from './http.ts'
import { listAssets } from './http-assets.ts'

const script = 'export const river = 1;\n'.repeat(40)
let server: Server
let url: string
let aborted: Promise<void>

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-http-'))
  writeFileSync(join(folder, 'a.js'), script)
  writeFileSync(join(folder, 'a.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'a.js.gz'), gzipSync(script))
  let tellAborted: () => void = () => undefined
  aborted = new Promise((resolve) => {
    tellAborted = resolve
  })
  server = createServer(
    answerRequests({
      host: '127.0.0.1',
      strictPages: true,
      assets: listAssets(folder, '/_next/static/'),
      api: Promise.resolve({
        async fetch(asked: Request) {
          if (asked.url.endsWith('/breaks')) throw new Error('meant to break')
          if (!asked.url.endsWith('/stream')) return Response.json(await asked.text())
          asked.signal.addEventListener('abort', tellAborted)
          return new Response(
            new ReadableStream({
              start: (controller) => controller.enqueue(new TextEncoder().encode('first\n')),
            }),
          )
        },
      }),
      pages: Promise.resolve({
        async handle(asked, answer) {
          answer.end(String(asked.headers['content-security-policy']))
        },
      }),
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

describe('assets', () => {
  it.each([
    ['gzip, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ])('are sent to "%s" as %s', async (accepted, encoding) => {
    const answer = await fetch(`${url}/_next/static/a.js`, {
      headers: { 'accept-encoding': accepted },
    })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(answer.headers.get('vary')).toBe('accept-encoding')
    expect(await answer.text()).toBe(script)
  })

  it('have a length to know before they are fetched', async () => {
    const answer = await fetch(`${url}/_next/static/a.js`, { method: 'HEAD' })
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await answer.text()).toBe('')
  })

  it('are those of the list alone: other paths go to the pages', async () => {
    for (const path of ['/_next/static/../http.ts', '/_next/static/a.js.br', '/_next/static/']) {
      const { status, body } = await rawGet(path)
      expect(status).toBe(200)
      expect(body).toContain('script-src')
    }
  })
})

describe('the API', () => {
  it('gets the body of a request', async () => {
    const answer = await fetch(`${url}/api/echo`, { method: 'POST', body: 'river' })
    expect(await answer.json()).toBe('river')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('is told when the reader of a stream goes away', async () => {
    const reading = new AbortController()
    const answer = await fetch(`${url}/api/stream`, { signal: reading.signal })
    const first = await answer.body?.getReader().read()
    expect(new TextDecoder().decode(first?.value)).toBe('first\n')
    reading.abort()
    await aborted
  })

  it('answers 500 when a part breaks, and goes on', async () => {
    expect((await fetch(`${url}/api/breaks`)).status).toBe(500)
    expect((await fetch(`${url}/api/echo`)).status).toBe(200)
  })
})

describe('pages', () => {
  it('get a policy with a nonce of their own', async () => {
    const [first, second] = await Promise.all([fetch(`${url}/`), fetch(`${url}/`)])
    const policy = first.headers.get('content-security-policy')
    expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{24}'/)
    expect(await first.text()).toBe(policy)
    expect(second.headers.get('content-security-policy')).not.toBe(policy)
  })
})

/** A request whose path no client tidies up first. */
function rawGet(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path }, (answer) => {
      let body = ''
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      answer.on('end', () => resolve({ status: answer.statusCode, body }))
    })
      .on('error', reject)
      .end()
  })
}

import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problem } from '../../lib/contracts/common.ts'
import { clusterList, clusterOverview, routes } from '../../lib/contracts/index.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { type Console, createConsole } from './console.ts'
import { consoleFetch } from './handle.ts'

let api: Console
let silent: Server
let silentAddress = ''

beforeAll(async () => {
  // Takes connections and never answers.
  silent = createServer(() => undefined)
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  silentAddress = `127.0.0.1:${(silent.address() as AddressInfo).port}`
  api = createConsole({
    version: '1.2.3',
    runtime: createNodeRuntime(silentLogger),
    clusters: [
      { name: 'Gone', bootstrap: ['127.0.0.1:1'] },
      { name: 'Silent', bootstrap: [silentAddress] },
      { name: 'gone!', bootstrap: ['127.0.0.1:1'] },
    ],
  })
})

afterAll(async () => {
  await api.close()
  silent.close()
})

const ask = (path: string, init?: RequestInit) =>
  api.fetch(new Request(new URL(path, 'http://localhost:3000'), init))
const postJson = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: 'localhost:3000', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const refusal = async (answer: Promise<Response>) => {
  const response = await answer
  return { status: response.status, ...problem.parse(await response.json()) }
}

describe('the HTTP API', () => {
  it('names clusters by addresses of their own and waits for none of them', async () => {
    const startedAt = performance.now()
    const response = await ask('/api/clusters')
    const list = clusterList.parse(await response.json())
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(list.clusters.map(({ id }) => id)).toEqual(['gone', 'silent', 'gone-2'])
    expect(list.clusters[0]).toMatchObject({ status: 'unreachable' })
    expect(list.clusters[1]).toMatchObject({ status: 'unknown' })
    expect(list.version).toBe('1.2.3')
  })

  it('has an overview of a cluster that cannot be reached, with the address and the reason', async () => {
    const overview = clusterOverview.parse(await (await ask('/api/clusters/gone')).json())
    expect(overview.cluster.status).toBe('unreachable')
    expect(overview.cluster.problem?.message).toMatch(/127\.0\.0\.1:1.*ECONNREFUSED/)
    expect(overview).toMatchObject({ brokersUp: 0, kafkaClusterId: null, groups: null })
  })

  it.each([
    'topics',
    'topics/a',
    'topics/a/messages',
    'topics/a/messages/0/0',
    'topics/a/tail',
    'groups',
    'groups/g',
    'brokers',
  ])('answers 503 with the address for %s of a cluster that cannot be reached', async (path) => {
    const answer = await refusal(ask(`/api/clusters/gone/${path}`))
    expect(answer).toMatchObject({ status: 503, code: 'cluster_unreachable' })
    expect(answer.message).toContain('127.0.0.1:1')
  })

  it.each([
    ['/api/clusters/nowhere', 404, 'unknown_cluster', 'cluster'],
    ['/api/clusters/Nowhere!', 400, 'invalid_parameter', 'cluster'],
    ['/api/clusters/gone/topics/a%20b', 400, 'invalid_parameter', 'topic'],
    ['/api/clusters/gone/topics/a/messages?limit=0', 400, 'invalid_parameter', 'limit'],
    ['/api/clusters/gone/topics/a/messages?limit=ten', 400, 'invalid_parameter', 'limit'],
    ['/api/clusters/gone/topics/a/messages?limit=1&limit=2', 400, 'invalid_parameter', 'limit'],
    ['/api/clusters/gone/topics/a/messages?from=tomorrow', 400, 'invalid_parameter', 'from'],
    ['/api/clusters/gone/topics/a/messages?partitions=a', 400, 'invalid_parameter', 'partitions'],
    ['/api/clusters/gone/topics/a/messages?cursor=x', 400, 'invalid_parameter', 'cursor'],
    ['/api/clusters/gone/topics/a/messages/x/0', 400, 'invalid_parameter', 'partition'],
    ['/api/clusters/gone/topics/a/messages/0/-1', 400, 'invalid_parameter', 'offset'],
    ['/api/clusters/gone/topics/a/messages/0/0/bytes', 400, 'invalid_parameter', 'part'],
    ['/api/clusters/gone/topics/a/tail?rate=1000', 400, 'invalid_parameter', 'rate'],
    ['/api/clusters/gone/topic-stats?topics=', 400, 'invalid_parameter', 'topics'],
    ['/api/clusters/gone/live', 400, 'invalid_parameter', 'watch'],
    ['/api/clusters/gone/live?watch=weather', 400, 'invalid_parameter', 'watch'],
    ['/api/clusters/gone/brokers/x/configs', 400, 'invalid_parameter', 'broker'],
    ['/api/nowhere', 404, 'unknown_path', undefined],
    ['/api', 404, 'unknown_path', undefined],
  ])('answers %s with %i %s', async (path, status, code, field) => {
    const answer = await refusal(ask(path))
    expect(answer).toMatchObject({ status, code })
    expect(answer.field).toBe(field)
  })

  it('says which methods a path takes', async () => {
    const response = await ask('/api/clusters/gone/topics', { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, POST')
    expect((await ask('/api/openapi.json', { method: 'DELETE' })).status).toBe(405)
  })

  it.each([
    [{ name: 'a b', partitions: 1, replicationFactor: 1 }, 'name'],
    [{ name: '..', partitions: 1, replicationFactor: 1 }, 'name'],
    [{ name: 'a', partitions: 0.5, replicationFactor: 1 }, 'partitions'],
    [{ name: 'a', partitions: 1 }, 'replicationFactor'],
    [{ name: 'a', partitions: 1, replicationFactor: 1, configs: { x: 1 } }, 'configs.x'],
    ['{"name":', 'body'],
  ])('refuses %j as a new topic', async (body, field) => {
    const answer = await refusal(postJson('/api/clusters/gone/topics', body))
    expect(answer).toMatchObject({ status: 400, code: 'invalid_parameter', field })
  })

  it('takes JSON only, and not more than a megabyte of it', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await refusal(postJson('/api/clusters/gone/topics', 'name=a', form))).toMatchObject({
      status: 415,
    })
    const large = JSON.stringify({ name: 'a'.repeat(2 ** 20) })
    expect(await refusal(postJson('/api/clusters/gone/topics', large))).toMatchObject({
      status: 413,
    })
  })

  it.each([
    [{ origin: 'https://example.org' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('refuses changes from other sites: %j', async (headers) => {
    const topic = { name: 'a', partitions: 1, replicationFactor: 1 }
    expect(await refusal(postJson('/api/clusters/gone/topics', topic, headers))).toMatchObject({
      status: 403,
      code: 'other_site',
    })
    const own = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }
    expect(await refusal(postJson('/api/clusters/gone/topics', topic, own))).toMatchObject({
      status: 503,
    })
  })

  it('sends documents compressed to whom can read that, and streams as they are', async () => {
    const compressed = await ask('/api/openapi.json', { headers: { 'accept-encoding': 'gzip' } })
    expect(compressed.headers.get('content-encoding')).toBe('gzip')
    const bytes = await compressed.arrayBuffer()
    const plain = await ask('/api/openapi.json')
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(gunzipSync(bytes).toString()).toBe(await plain.text())
    const leave = new AbortController()
    const stream = await ask('/api/clusters/gone/live?watch=topics', {
      headers: { 'accept-encoding': 'gzip' },
      signal: leave.signal,
    })
    expect(stream.headers.get('content-encoding')).toBeNull()
    leave.abort()
    await stream.body?.cancel().catch(() => undefined)
  })

  it('reaches pages through the one handle', async () => {
    const response = await consoleFetch('/api/clusters')
    expect(clusterList.parse(await response.json()).clusters).toHaveLength(3)
  })

  it('tells a watcher of a cluster that cannot be reached what is wrong', async () => {
    const leave = new AbortController()
    const response = await ask('/api/clusters/gone/live?watch=topics', { signal: leave.signal })
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('data: ')) break
    }
    leave.abort()
    const [, event = ''] = /data: (.*)\n/.exec(text) ?? []
    expect(routes.watch.answer.parse(JSON.parse(event))).toMatchObject({
      resource: 'problem',
      of: 'topics',
      problem: { code: 'cluster_unreachable' },
    })
  })
})

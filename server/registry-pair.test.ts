// Two registries on one cluster, written to at once, over real sockets: no id and no version is
// given twice, what was answered stays, and both know the same in the end, also when they start
// again from the topic.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Registry, startRegistry } from './registry-http.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let pair: Registry[]

const start = () =>
  startRegistry({
    runtime: cluster.runtime,
    bootstrap: [`127.0.0.1:${cluster.broker(1).port}`],
    host: '127.0.0.1',
    port: 0,
  })

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 1 })
  pair = [await start(), await start()]
}, 60_000)

afterAll(async () => {
  for (const registry of pair) await registry.stop()
  await cluster.stop()
})

interface Registered {
  id: number
  version: number
  schema: string
}

async function register(registry: Registry, subject: string, name: string): Promise<Registered> {
  const schema = JSON.stringify({ type: 'record', name, fields: [] })
  const response = await fetch(`${registry.url}/subjects/${subject}/versions`, {
    method: 'POST',
    body: JSON.stringify({ schema }),
  })
  const answer = (await response.json()) as Registered
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer
}

const get = async (registry: Registry, path: string) =>
  (await fetch(`${registry.url}${path}`)).json() as Promise<unknown>

describe('two registries on one cluster', () => {
  it('never give one id or one version to two schemas', { timeout: 120_000 }, async () => {
    const level = { method: 'PUT', body: JSON.stringify({ compatibility: 'NONE' }) }
    await fetch(`${pair[0]?.url}/config`, level)
    const rounds = 40
    const written: (Registered & { subject: string })[] = []
    for (let round = 0; round < rounds; round++) {
      // At once: the same subject, other subjects, and one schema that both bring.
      const answers = await Promise.all(
        pair.flatMap((registry, at) =>
          ['shared', `own-${at}`].map(async (subject) => {
            const name = `S${round}_${at}_${subject.replace('-', '_')}`
            return { subject, ...(await register(registry, subject, name)) }
          }),
        ),
      )
      const both = await Promise.all(
        pair.map(async (registry, at) => {
          const subject = `both-${at}`
          return { subject, ...(await register(registry, subject, `Both${round}`)) }
        }),
      )
      written.push(...answers, ...both)
    }
    const byId = new Map<number, Set<string>>()
    for (const { id, schema } of written) {
      byId.set(id, (byId.get(id) ?? new Set()).add(schema))
    }
    expect([...byId.values()].every((schemas) => schemas.size === 1)).toBe(true)
    const places = written.map(({ subject, version }) => `${subject} ${version}`)
    expect(new Set(places).size).toBe(places.length)
    const third = await start()
    pair.push(third)
    const all = await get(third, '/schemas')
    for (const registry of pair) expect(await get(registry, '/schemas')).toEqual(all)
    expect(await get(third, '/subjects/shared/versions')).toEqual(
      Array.from({ length: 2 * rounds }, (_, at) => at + 1),
    )
    for (const { subject, version, id, schema } of written) {
      const told = await get(third, `/subjects/${subject}/versions/${version}`)
      expect(told).toMatchObject({ id, schema })
    }
  })

  it('refuse what the topic does not take, and go on', { timeout: 60_000 }, async () => {
    const [registry] = pair
    if (registry === undefined) throw new Error('a registry was asked for')
    const schema = JSON.stringify({ type: 'fixed', name: 'F', size: 1, doc: 'x'.repeat(2_000_000) })
    const response = await fetch(`${registry.url}/subjects/large/versions`, {
      method: 'POST',
      body: JSON.stringify({ schema }),
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ error_code: 42209 })
    expect(await get(registry, '/subjects?subjectPrefix=large')).toEqual([])
    expect((await register(registry, 'after', 'After')).version).toBe(1)
  })

  it('refuse a body that is no JSON, or has no end', { timeout: 60_000 }, async () => {
    const [registry] = pair
    const post = async (body: string) => {
      const path = `${registry?.url}/subjects/bodies/versions`
      const response = await fetch(path, { method: 'POST', body })
      return [response.status, await response.json()]
    }
    expect(await post('{')).toMatchObject([400, { error_code: 400 }])
    expect(await post(`{"schema":"${'x'.repeat(9 * 1024 * 1024)}"}`)).toMatchObject([
      413,
      { error_code: 413 },
    ])
    expect(await get(registry as Registry, '/v1/metadata/id')).toMatchObject({
      scope: { clusters: { 'kafka-cluster': expect.stringMatching(/^.{10,}$/) } },
    })
  })
})

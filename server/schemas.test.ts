// The console's schema services against our registry on a cluster of ours, all over real sockets,
// and against registries that are not there or make no sense.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterList, problem, type RouteName, routes } from '../lib/contracts/index.ts'
import type { SubjectList } from '../lib/contracts/schemas.ts'
import { apiPaths } from '../lib/paths.ts'
import { type Console, createConsole } from './console/console.ts'
import { type Registry, startRegistry } from './registry-http.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let registry: Registry
let nonsense: Server
let console: Console

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 1 })
  const bootstrap = [`127.0.0.1:${cluster.broker(1).port}`]
  const { runtime } = cluster
  registry = await startRegistry({ runtime, bootstrap, host: '127.0.0.1', port: 0 })
  nonsense = createServer((_request, response) => response.end('<html>'))
  await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve))
  const odd = `http://me:secret@127.0.0.1:${(nonsense.address() as AddressInfo).port}`
  console = createConsole({
    version: 'test',
    runtime,
    clusters: [
      { name: 'with', bootstrap, registry: { url: registry.url } },
      { name: 'without', bootstrap },
      { name: 'gone', bootstrap, registry: { url: 'http://me:secret@127.0.0.1:1/' } },
      { name: 'odd', bootstrap, registry: { url: odd } },
    ],
  })
}, 60_000)

afterAll(async () => {
  await console.close()
  await registry.stop()
  nonsense.close()
  await cluster.stop()
})

const fetch = (path: string, init?: RequestInit) =>
  console.fetch(new Request(new URL(path, 'http://localhost:3000'), init))
async function ask<Name extends RouteName>(name: Name, path: string, body?: unknown) {
  const response = await fetch(path, {
    method: routes[name].method.toUpperCase(),
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': 'application/json', host: 'localhost:3000' },
          body: JSON.stringify(body),
        }),
  })
  const answer: unknown = await response.json()
  if (response.ok) return routes[name].answer.parse(answer)
  return { status: response.status, ...problem.parse(answer) }
}

const avro = (name: string, ...fields: object[]) => ({
  type: 'AVRO',
  text: JSON.stringify({ type: 'record', name, fields }),
})
const id = { name: 'id', type: 'long', doc: 'Its number.' }

describe('the schemas of a cluster', () => {
  it('are registered, listed with their topics and levels, and read with fields', async () => {
    await ask('createTopic', apiPaths.topics('with'), {
      name: 'orders',
      partitions: 1,
      replicationFactor: 1,
    })
    const of = (subject: string) => apiPaths.subject('with', subject)
    const versions = (subject: string) => `${of(subject)}/versions`
    expect(await ask('registerSchema', versions('orders-value'), avro('Order', id))).toMatchObject({
      version: 1,
    })
    const note = { name: 'note', type: ['null', 'string'], default: null }
    const second = await ask('registerSchema', versions('orders-value'), avro('Order', id, note))
    expect(second).toMatchObject({ version: 2 })
    const cart = {
      ...avro('Cart', { name: 'order', type: 'Order' }),
      references: [{ name: 'Order', subject: 'orders-value', version: 2 }],
    }
    await ask('registerSchema', versions('odd/name-value'), cart)
    expect(
      await ask('setCompatibility', `${of('odd/name-value')}/compatibility`, { level: 'FULL' }),
    ).toEqual({ level: 'FULL', isOwn: true })

    const list = await ask('listSubjects', apiPaths.schemas('with'))
    expect(list).toMatchObject({
      registry: { state: 'ok', reason: null },
      level: 'BACKWARD',
      more: 0,
      subjects: [
        { name: 'odd/name-value', deleted: false, topics: [] },
        {
          name: 'orders-value',
          deleted: false,
          topics: [{ topic: 'orders', part: 'value' }],
        },
      ],
    })
    const wanted = ['orders-value', 'odd/name-value', 'a,b']
    expect(await ask('getSubjectStats', apiPaths.subjectStats('with', wanted))).toEqual({
      stats: [
        {
          name: 'orders-value',
          type: 'AVRO',
          id: 2,
          version: 2,
          versions: 2,
          compatibility: { level: 'BACKWARD', isOwn: false },
        },
        {
          name: 'odd/name-value',
          type: 'AVRO',
          id: 3,
          version: 1,
          versions: 1,
          compatibility: { level: 'FULL', isOwn: true },
        },
        {
          name: 'a,b',
          type: null,
          id: null,
          version: null,
          versions: null,
          compatibility: { level: 'BACKWARD', isOwn: false },
        },
      ],
    })

    expect(await ask('getSubject', of('orders-value'))).toMatchObject({
      versions: [
        { version: 2, referencedBy: [{ subject: 'odd/name-value', version: 1 }] },
        { version: 1, referencedBy: [], text: avro('Order', id).text },
      ],
      earlier: 0,
    })
    expect(await ask('getSubject', of('odd/name-value'))).toMatchObject({
      versions: [{ references: [{ name: 'Order', subject: 'orders-value', version: 2 }] }],
    })
    const fields = await ask('getSchemaFields', `${of('orders-value')}/fields?version=1`)
    expect(fields).toMatchObject({
      version: 1,
      name: 'Order',
      fields: [{ path: 'id', type: 'long', doc: 'Its number.', optional: false }],
      problem: null,
    })
    expect(await ask('getSchemaFields', `${of('odd/name-value')}/fields`)).toMatchObject({
      fields: [{ path: 'order' }, { path: 'order.id' }, { path: 'order.note' }],
    })
  })

  it('are checked before they are registered, and refused with what they would break', async () => {
    const path = apiPaths.subject('with', 'orders-value')
    const breaking = avro('Order', id, { name: 'must', type: 'string' })
    const check = await ask('checkSchema', `${path}/check`, breaking)
    expect(check).toMatchObject({ result: 'incompatible' })
    expect(JSON.stringify(check)).toContain('READER_FIELD_MISSING_DEFAULT_VALUE')
    expect(await ask('registerSchema', `${path}/versions`, breaking)).toMatchObject({
      status: 409,
      code: 'incompatible_schema',
    })
    expect(await ask('checkSchema', `${path}/check`, avro('Order', id))).toEqual({
      result: 'compatible',
      messages: [],
    })
    expect(
      await ask('checkSchema', `${path}/check`, { type: 'AVRO', text: '{"type":"recrd"}' }),
    ).toMatchObject({ result: 'invalid', messages: [expect.stringContaining('recrd')] })
    expect(
      await ask('checkSchema', `${apiPaths.subject('with', 'new')}/check`, avro('New', id)),
    ).toMatchObject({ result: 'compatible' })
    const lost = { ...breaking, references: [{ name: 'X', subject: 'lost', version: 1 }] }
    expect(await ask('checkSchema', `${path}/check`, lost)).toMatchObject({ result: 'invalid' })
  })

  it('go back to the level of the registry, also where they had none', async () => {
    const path = `${apiPaths.subject('with', 'odd/name-value')}/compatibility`
    for (let times = 0; times < 2; times++) {
      expect(await ask('setCompatibility', path, { level: null })).toEqual({
        level: 'BACKWARD',
        isOwn: false,
      })
    }
  })

  it('are deleted with a preview of what depends on them', async () => {
    const path = apiPaths.subject('with', 'orders-value')
    const preview = await ask('previewDeleteSubject', `${path}/delete-preview`)
    const url = `${registry.url}/subjects/orders-value`
    expect(preview).toEqual({
      versions: [1, 2],
      deleted: [],
      referencedBy: [{ subject: 'odd/name-value', version: 1 }],
      topics: [{ topic: 'orders', part: 'value' }],
      command: `curl -X DELETE ${url}`,
      permanentCommand: `curl -X DELETE ${url} && curl -X DELETE '${url}?permanent=true'`,
    })
    expect(await ask('deleteSubject', path)).toMatchObject({
      status: 409,
      code: 'schema_referenced',
    })
    const cart = apiPaths.subject('with', 'odd/name-value')
    expect(await ask('deleteSubject', `${cart}?permanent=true`)).toEqual({ versions: [1] })
    expect(await ask('deleteSubject', `${path}?version=1`)).toEqual({ versions: [1] })
    expect(await ask('getSubject', path)).toMatchObject({
      versions: [
        { version: 2, deleted: false },
        { version: 1, deleted: true, text: avro('Order', id).text },
      ],
    })
    expect(await ask('deleteSubject', path)).toEqual({ versions: [2] })
  })

  it('that are deleted are shown on request, come back, and are deleted for good', async () => {
    const path = apiPaths.subject('with', 'orders-value')
    const named = async (withDeleted: boolean) => {
      const list = await ask('listSubjects', apiPaths.schemas('with', withDeleted))
      return (list as SubjectList).subjects.map(({ name, deleted }) => `${name} ${deleted}`)
    }
    expect(await named(false)).toEqual([])
    expect(await named(true)).toEqual(['orders-value true'])
    expect(await ask('getSubject', path)).toMatchObject({
      versions: [
        { version: 2, deleted: true },
        { version: 1, deleted: true },
      ],
    })
    expect(await ask('getSchemaFields', `${path}/fields?version=1`)).toMatchObject({
      fields: [{ path: 'id' }],
    })
    // The same schema again: a new version with the id that records know it by.
    expect(await ask('registerSchema', `${path}/versions`, avro('Order', id))).toEqual({
      id: 1,
      version: 3,
    })
    expect(await ask('previewDeleteSubject', `${path}/delete-preview?version=2`)).toMatchObject({
      versions: [2],
      deleted: [2],
      permanentCommand: `curl -X DELETE '${registry.url}/subjects/orders-value/versions/2?permanent=true'`,
    })
    const forGood = (version: string) => ask('deleteSubject', `${path}?permanent=true${version}`)
    expect(await forGood('&version=2')).toEqual({ versions: [2] })
    expect(await ask('getSubject', path)).toMatchObject({ versions: [{ version: 3 }] })
    expect(await forGood('')).toEqual({ versions: [3] })
    expect(await named(true)).toEqual([])
    expect(await ask('getSubject', path)).toMatchObject({ status: 404, code: 'unknown_subject' })
  })
})

describe('the schemas of a topic', () => {
  const schemasOf = (search: Record<string, string> = {}) =>
    ask('getTopicSchemas', apiPaths.topicSchemas('with', 'paid', new URLSearchParams(search)))

  it('are what a person chose, or what is named after it, or what its records name', async () => {
    const name = { name: 'paid', partitions: 1, replicationFactor: 1 }
    await ask('createTopic', apiPaths.topics('with'), name)
    const register = (subject: string, schema: object) =>
      ask('registerSchema', `${apiPaths.subject('with', subject)}/versions`, schema)
    expect(await schemasOf()).toMatchObject({ registry: { state: 'ok' }, key: null, value: null })
    const paid = avro('Paid', { name: 'sum', type: 'long' })
    const registered = (await register('shop.Paid', paid)) as { id: number }
    const valueId = String(registered.id)
    expect(await schemasOf({ valueId, keyId: '99' })).toMatchObject({
      key: null,
      value: { subject: 'shop.Paid', version: 1, by: 'id' },
    })
    await register('paid-value', paid)
    expect(await schemasOf({ valueId })).toMatchObject({
      value: { subject: 'paid-value', version: null, by: 'named' },
    })
    const value = { decoder: 'schema', subject: 'shop.Paid', version: 1, message: 'shop.Paid' }
    await ask('setDecoders', apiPaths.decoders('with', 'paid'), { key: null, value })
    expect(await schemasOf()).toMatchObject({
      value: { subject: 'shop.Paid', version: 1, message: 'shop.Paid', by: 'chosen' },
    })
    await ask('setDecoders', apiPaths.decoders('with', 'paid'), { key: null, value: null })
    const search = new URLSearchParams()
    expect(
      await ask('getTopicSchemas', apiPaths.topicSchemas('gone', 'paid', search)),
    ).toMatchObject({ registry: { state: 'unreachable' }, value: null })
    expect(
      await ask('getTopicSchemas', apiPaths.topicSchemas('without', 'paid', search)),
    ).toMatchObject({ registry: { state: 'none' }, value: null })
  })

  it('in Protobuf have the fields of the message that is asked for', async () => {
    const text =
      'syntax = "proto3"; package shop; message Order { string id = 1; message Line { int32 n = 1; } }' +
      'message Paid { int64 sum = 1; }'
    const path = apiPaths.subject('with', 'proto-value')
    await ask('registerSchema', `${path}/versions`, { type: 'PROTOBUF', text })
    const messages = ['shop.Order', 'shop.Order.Line', 'shop.Paid']
    expect(await ask('getSchemaFields', `${path}/fields`)).toMatchObject({
      name: 'shop.Order',
      messages,
    })
    expect(await ask('getSchemaFields', `${path}/fields?message=shop.Order.Line`)).toMatchObject({
      name: 'shop.Order.Line',
      fields: [{ path: 'n' }],
    })
    expect(await ask('getSchemaFields', `${path}/fields?message=lost`)).toMatchObject({
      messages,
      problem: expect.stringContaining('lost'),
    })
  })
})

describe('the schema that a topic without one would have', () => {
  it('is inferred from its newest records, and says where they stand', async () => {
    const name = { name: 'plain', partitions: 2, replicationFactor: 1 }
    await ask('createTopic', apiPaths.topics('with'), name)
    const at = 1_700_000_000_000
    const records = Array.from({ length: 1200 }, (_, n) => ({
      partition: n % 2,
      timestamp: String(at + n),
      key: n % 4 === 0 ? null : { data: `k${n % 2}` },
      value: n === 1199 ? null : { data: `{"n":${2n ** 60n + BigInt(n)},"kind":"k${n % 3}"}` },
    }))
    for (const half of [records.slice(0, 600), records.slice(600)]) {
      await ask('produce', apiPaths.produce('with', 'plain'), { records: half })
    }
    const found = await ask('getInferredSchema', apiPaths.inferredSchema('with', 'plain'))
    expect(found).toMatchObject({
      sample: {
        records: 1000,
        from: String(at + 200),
        to: String(at + 1199),
        partitions: [
          { partition: 0, records: 500, from: '100', to: '599' },
          { partition: 1, records: 500, from: '100', to: '599' },
        ],
      },
      key: { nulls: 250, decoders: [{ name: 'text', count: 750 }] },
      value: {
        nulls: 1,
        decoders: [{ name: 'json', count: 999 }],
        fields: [
          { path: 'value', present: 999 },
          {
            path: 'value.n',
            numbers: { min: String(2n ** 60n + 200n), max: String(2n ** 60n + 1198n) },
            distinct: { count: 999, more: false },
          },
          { path: 'value.kind', distinct: { count: 3 }, top: [{ count: 333 }, {}, {}] },
        ],
      },
    })
    expect(await ask('getInferredSchema', apiPaths.inferredSchema('with', 'lost'))).toMatchObject({
      status: 404,
      code: 'unknown_topic',
    })
  })
})

describe('a registry that is not there', () => {
  it('is told of with its reason and without its secrets', async () => {
    const { clusters } = clusterList.parse(await (await fetch(apiPaths.clusters)).json())
    expect(clusters.map(({ hasRegistry }) => hasRegistry)).toEqual([true, false, true, true])
    expect(await ask('listSubjects', apiPaths.schemas('without'))).toMatchObject({
      registry: { state: 'none', url: null },
    })
    expect(await ask('getSubject', apiPaths.subject('without', 'a'))).toMatchObject({
      status: 404,
      code: 'no_registry',
    })
    for (const name of ['gone', 'odd']) {
      const list = await ask('listSubjects', apiPaths.schemas(name))
      expect(list).toMatchObject({ registry: { state: 'unreachable' }, subjects: [] })
      const one = await ask('getSubject', apiPaths.subject(name, 'a'))
      expect(one).toMatchObject({ status: 503, code: 'registry_unreachable' })
      expect(JSON.stringify([list, one])).not.toContain('secret')
    }
  })
})

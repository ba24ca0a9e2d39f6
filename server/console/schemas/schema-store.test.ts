import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { TopicDecoding, withSchemas } from './decoding.ts'
import { RegistryClient } from './registry-client.ts'
import { SchemaStore } from './schema-store.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server with these answers, by path; it counts what it was asked. */
async function serve(answers: Record<string, unknown> | RequestListener) {
  const asked: string[] = []
  const listener: RequestListener =
    typeof answers === 'function'
      ? answers
      : (request, response) => {
          asked.push(request.url ?? '')
          const answer = answers[request.url ?? '']
          const body = answer ?? { error_code: 40403, message: 'Schema not found' }
          response.statusCode = answer === undefined ? 404 : 200
          response.end(typeof body === 'string' ? body : JSON.stringify(body))
        }
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked }
}

function storeAt(
  url: string,
  options: { now?: () => number; schemasMax?: number; wait?: () => Promise<void> } = {},
) {
  const client = new RegistryClient({ url })
  return new SchemaStore({ client, now: () => 0, ...options })
}

const reasonOf = async (store: SchemaStore, id: number) => {
  await store.load({ kind: 'id', id })
  const found = store.find({ kind: 'id', id })
  return found !== undefined && 'reason' in found ? found.reason : undefined
}

const avro = (schema: unknown, more: object = {}) => ({ schema: JSON.stringify(schema), ...more })
/** A datum of "string" in schema 7's wire format. */
const word = (id: number) => Uint8Array.from([0, 0, 0, 0, id, 4, 0x61, 0x62])

describe('the schemas of a registry', () => {
  it('are fetched once, when a payload first needs them', async () => {
    const { url, asked } = await serve({ '/schemas/ids/7': avro('string') })
    const decoding = new TopicDecoding(storeAt(url), {})
    for (let times = 0; times < 3; times++) {
      const payload = await withSchemas(() =>
        decoding.payload('value', { key: null, value: word(7), headers: [] }, 100),
      )
      expect(payload).toMatchObject({ decoder: 'confluent', text: '"ab"', schema: { id: 7 } })
    }
    expect(asked).toEqual(['/schemas/ids/7'])
  })

  it('come with what they refer to, the innermost first', async () => {
    const street = { type: 'record', name: 'a.Street', fields: [{ name: 's', type: 'string' }] }
    const home = { type: 'record', name: 'a.Home', fields: [{ name: 'street', type: 'a.Street' }] }
    const refers = (name: string, subject: string) => ({
      references: [{ name, subject, version: 1 }],
    })
    const { url } = await serve({
      '/schemas/ids/1': avro(
        { type: 'record', name: 'P', fields: [{ name: 'home', type: 'a.Home' }] },
        refers('a.Home', 'home/1'),
      ),
      '/subjects/home%2F1/versions/1?deleted=true': {
        ...avro(home, refers('a.Street', 'street')),
        subject: 'home/1',
        version: 1,
        id: 2,
      },
      '/subjects/street/versions/1?deleted=true': {
        ...avro(street),
        subject: 'street',
        version: 1,
        id: 3,
      },
    })
    const decoding = new TopicDecoding(storeAt(url), {})
    const payload = await withSchemas(() =>
      decoding.payload('value', { key: null, value: word(1), headers: [] }, 100),
    )
    expect(payload?.text).toBe('{"home":{"street":{"s":"ab"}}}')
  })

  it('that do not exist are asked for again after a while, not for every record', async () => {
    let now = 0
    const { url, asked } = await serve({})
    const decoding = new TopicDecoding(storeAt(url, { now: () => now }), {})
    const look = () =>
      withSchemas(() => decoding.payload('value', { key: null, value: word(9), headers: [] }, 100))
    for (let times = 0; times < 50; times++) await look()
    expect(asked).toHaveLength(1)
    expect((await look())?.refused).toContainEqual({
      decoder: 'confluent',
      reason: 'schema 9 does not exist in the schema registry',
    })
    now = 60_000
    await look()
    expect(asked).toHaveLength(2)
  })

  it('that are broken are told with the reason', async () => {
    const { url } = await serve({
      '/schemas/ids/1': avro({ type: 'record', name: 'R', fields: [{ name: 'x', type: 'Gone' }] }),
      '/schemas/ids/2': {
        schema: 'syntax = "proto3"; import "b.proto"; message M { B b = 1; }',
        schemaType: 'PROTOBUF',
      },
      '/schemas/ids/3': avro({ type: 'record', name: 'R', fields: [{ name: 'r', type: 'R' }] }),
    })
    expect(await reasonOf(storeAt(url), 1)).toMatch(/at x: the type "Gone" is not known/)
    expect(await reasonOf(storeAt(url), 2)).toMatch(/imports "b.proto"/)
    // Recursive: there is a schema, though no datum can end.
    const decoding = new TopicDecoding(storeAt(url), {})
    const payload = await withSchemas(() =>
      decoding.payload('value', { key: null, value: word(3), headers: [] }, 100),
    )
    expect(payload?.refused.find(({ decoder }) => decoder === 'confluent')?.reason).toMatch(
      /deeper/,
    )
  })

  it.each([
    [
      'nonsense',
      (_: unknown, response: { end(text: string): void }) => response.end('<html>'),
      /not JSON/,
    ],
    [
      'something else',
      (_: unknown, response: { end(text: string): void }) => response.end('{"schema":5}'),
      /something unexpected/,
    ],
    [
      'an end in the middle',
      (_: unknown, response: { write(t: string): void; destroy(): void }) => {
        response.write('{"schema":')
        setImmediate(() => response.destroy())
      },
      /cannot be reached/,
    ],
  ])('are told to be unreachable when the registry answers %s', async (_name, listener, reason) => {
    const { url } = await serve(listener as unknown as RequestListener)
    expect(await reasonOf(storeAt(url), 1)).toMatch(reason)
  })

  it('are told to be unreachable when there is no registry, without its password', async () => {
    const { url } = await serve({})
    const server = servers.pop()
    await new Promise((resolve) => server?.close(resolve))
    const reason = await reasonOf(storeAt(url.replace('//', '//someone:secret@')), 1)
    expect(reason).toMatch(/cannot be reached/)
    expect(reason).not.toMatch(/secret|someone/)
  })

  it('that come late are told to, and are there at the next look; nobody else waits', async () => {
    const held: { url: string; answer: () => void }[] = []
    const { url } = await serve((request, response) => {
      const answer = () => response.end(JSON.stringify(avro('string')))
      held.push({ url: request.url ?? '', answer })
    })
    const isAsked = () =>
      new Promise<void>((resolve) => {
        const look = () => (held.length > 0 ? resolve() : setImmediate(look))
        look()
      })
    let waits = 0
    const store = storeAt(url, {
      wait: () => {
        waits++
        return isAsked()
      },
    })
    const late = /^schema \d is not here yet: the schema registry gave no answer within 3 s/
    expect(await reasonOf(store, 1)).toMatch(late)
    expect(await reasonOf(store, 2)).toMatch(late)
    expect(await reasonOf(store, 1)).toMatch(late)
    expect(waits).toBe(1)
    // Who must have it waits on.
    expect(store.patient.find({ kind: 'id', id: 1 })).toBeUndefined()
    const patient = store.patient.load({ kind: 'id', id: 1 })
    while (held.length < 2) await new Promise(setImmediate)
    expect(held.map((one) => one.url)).toEqual(['/schemas/ids/1', '/schemas/ids/2'])
    for (const one of held) one.answer()
    await patient
    expect(store.patient.find({ kind: 'id', id: 1 })).toMatchObject({ use: { id: 1 } })
    while ('reason' in (store.find({ kind: 'id', id: 2 }) ?? {})) await new Promise(setImmediate)
    while ('reason' in (store.find({ kind: 'id', id: 1 }) ?? {})) await new Promise(setImmediate)
    expect(store.find({ kind: 'id', id: 1 })).toMatchObject({ use: { id: 1 } })
  })

  it('are no more than so many under way, whatever payloads name', async () => {
    let asked = 0
    const { url } = await serve(() => asked++)
    const store = storeAt(url, { wait: async () => undefined })
    const reasons = []
    for (let id = 1; id <= 40; id++) reasons.push(await reasonOf(store, id))
    expect(
      reasons.filter((reason) => /16 schemas are waited for already/.test(reason ?? '')),
    ).toHaveLength(24)
    expect(asked).toBeLessThanOrEqual(16)
  })

  it('are not asked for while a registry that is down is left alone', async () => {
    let now = 0
    let asked = 0
    const { url } = await serve((_, response) => {
      asked++
      response.destroy()
    })
    const store = storeAt(url, { now: () => now })
    for (let id = 1; id <= 30; id++) expect(await reasonOf(store, id)).toMatch(/cannot be reached/)
    expect(asked).toBe(1)
    now = 11_000
    expect(await reasonOf(store, 30)).toMatch(/cannot be reached/)
    expect(asked).toBe(2)
  })

  it('are kept up to a number, the least used given up first', async () => {
    const answers = Object.fromEntries(
      Array.from({ length: 100 }, (_, id) => [`/schemas/ids/${id}`, avro('string')]),
    )
    const { url, asked } = await serve(answers)
    const store = storeAt(url, { schemasMax: 10 })
    for (let id = 0; id < 100; id++) {
      await store.load({ kind: 'id', id })
      expect(store.find({ kind: 'id', id: 0 }) !== undefined).toBe(true)
    }
    expect(store.size).toBe(10)
    expect(asked).toHaveLength(100)
  })

  it('are found by the fingerprint of single-object encoding', async () => {
    const { url } = await serve({
      '/subjects': ['words-value'],
      '/subjects/words-value/versions': [1],
      '/subjects/words-value/versions/1': {
        ...avro('string'),
        subject: 'words-value',
        version: 1,
        id: 5,
      },
    })
    const decoding = new TopicDecoding(storeAt(url), {})
    // CRC-64-AVRO of "string", as the specification's own algorithm gives it.
    const bytes = Uint8Array.from(Buffer.from('c301c70345637248018f046162', 'hex'))
    const payload = await withSchemas(() =>
      decoding.payload('value', { key: null, value: bytes, headers: [] }, 100),
    )
    expect(payload).toMatchObject({
      decoder: 'avro-single-object',
      text: '"ab"',
      schema: { id: 5, subject: 'words-value' },
    })
  })
})

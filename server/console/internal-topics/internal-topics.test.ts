// Records of the internal topics of an Apache Kafka, shown as Kafka's own formatters print them
// (golden/Make.java says how they were made).

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { encode } from '../../protocol/codec.ts'
import { groupMetadataValue } from '../../protocol/group-records/group-metadata-value.ts'
import { offsetCommitKey } from '../../protocol/group-records/offset-commit-key.ts'
import { decodingWithoutSchemas } from '../schemas/decoding.ts'
import { internalDecoders } from './internal-topics.ts'
import { GROUP_RECORDS, SHARE_RECORDS, TRANSACTION_RECORDS } from './record-types.ts'

interface GoldenRecord {
  topic: string
  key: string
  value: string | null
  printed: { key: { type: number; data: object }; value: null | { version: number; data: object } }
}

const golden = JSON.parse(
  readFileSync(new URL('golden/records.json', import.meta.url), 'utf8'),
) as { cases: GoldenRecord[] }

const TYPES = {
  __consumer_offsets: GROUP_RECORDS,
  __share_group_state: SHARE_RECORDS,
  __transaction_state: TRANSACTION_RECORDS,
}

function shown(topic: string, key: Uint8Array | null, value: Uint8Array | null) {
  const decoding = decodingWithoutSchemas({}, internalDecoders(topic))
  const record = { key, value, headers: [] }
  return {
    key: decoding.payload('key', record, 100_000),
    value: decoding.payload('value', record, 100_000),
  }
}

/** What is shown, put back to the numbers and bytes that Kafka prints. */
function asPrinted(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => asPrinted(one, name))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([inner, one]) => [inner, asPrinted(one, inner)])
    return Object.fromEntries(entries)
  }
  if (typeof value === 'string' && /timestamp(Ms)?$/i.test(name)) return Date.parse(value)
  return value
}

/** Kafka leaves fields out that a tag carries and that are as they are by themselves. */
function withoutDefaults(fields: object, printed: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name in printed))
}

describe('records of internal topics', () => {
  golden.cases.forEach(({ topic, key, value, printed }, index) => {
    const types = TYPES[topic as keyof typeof TYPES]
    const type = types.get(printed.key.type)
    it(`${index}: ${topic}, ${type?.name}${value === null ? ', deleted' : ''}`, () => {
      const bytes = value === null ? null : Buffer.from(value, 'base64')
      const told = shown(topic, Buffer.from(key, 'base64'), bytes)
      expect(JSON.parse(told.key?.text ?? '')).toEqual({ type: type?.name, ...printed.key.data })
      if (printed.value === null) {
        expect(told.value).toBeNull()
        return
      }
      expect(told.value?.decoder).toBe(told.key?.decoder)
      const fields = asPrinted(JSON.parse(told.value?.text ?? '')) as Record<string, unknown>
      const expected: Record<string, unknown> = { ...printed.value.data }
      const members = fields.members as Record<string, unknown>[] | undefined
      const theirs = expected.members as Record<string, unknown>[] | undefined
      for (const [at, member] of (members ?? []).entries()) {
        // Kafka prints these as bytes; what is in them is looked at below.
        for (const name of ['subscription', 'assignment']) member[name] = theirs?.[at]?.[name]
      }
      for (const name of ['transactionStatus', 'state']) {
        if (typeof fields[name] === 'string') {
          expect(fields[name]).toMatch(/^[A-Z_]+$/)
          fields[name] = expected[name]
        }
      }
      for (const batch of (fields.stateBatches ?? []) as Record<string, unknown>[]) {
        expect(batch.deliveryState).toBe('ACKNOWLEDGED')
        batch.deliveryState = 2
      }
      const known = JSON.parse(
        JSON.stringify(withoutDefaults(fields, expected), (name, one) =>
          name === 'assignmentEpochs' && one.length === 0 ? undefined : one,
        ),
      )
      if ('classicMemberMetadata' in fields) expect(fields.classicMemberMetadata).toBeNull()
      expect(known).toEqual(expected)
    })
  })

  it('show every type of record that the file has, and it has most', () => {
    const seen = new Set(golden.cases.map(({ topic, printed }) => `${topic} ${printed.key.type}`))
    expect(seen.size).toBeGreaterThanOrEqual(23)
  })

  it('open the consumer protocol inside the members of a classic group', () => {
    const one = golden.cases.find(({ printed }) =>
      JSON.stringify(printed.value).includes('cooperative-sticky'),
    ) as GoldenRecord
    const { value } = shown(
      one.topic,
      Buffer.from(one.key, 'base64'),
      Buffer.from(one.value ?? '', 'base64'),
    )
    expect(JSON.parse(value?.text ?? '').members[0]).toMatchObject({
      groupInstanceId: 'fixed-1',
      clientId: 'reader-1',
      subscription: { version: 3, topics: ['stops', 'trips'], rackId: 'rack-a', generationId: -1 },
      assignment: {
        version: 3,
        assignedPartitions: [
          { topic: 'stops', partitions: [0] },
          { topic: 'trips', partitions: [0, 1, 2] },
        ],
      },
    })
  })

  it('name the states of transactions and of members', () => {
    const states = golden.cases.flatMap(({ topic, key, value }) => {
      if (value === null) return []
      const told = shown(topic, Buffer.from(key, 'base64'), Buffer.from(value, 'base64'))
      const { transactionStatus, state } = JSON.parse(told.value?.text ?? '')
      return [transactionStatus, state].filter((name) => name !== undefined)
    })
    expect(new Set(states)).toEqual(
      new Set(['EMPTY', 'ONGOING', 'COMPLETE_COMMIT', 'STABLE', 'UNREVOKED_PARTITIONS']),
    )
  })

  it('that are broken are shown as what their bytes are, with the reason', () => {
    const key = Buffer.concat([
      Buffer.from([0, 1]),
      encode(offsetCommitKey, 0, { group: 'g', topic: 't', partition: 0 }),
    ])
    const value = Buffer.from([0, 9, 0, 0])
    const told = shown('__consumer_offsets', key, value)
    expect(told.value).toMatchObject({ decoder: 'int32' })
    expect(told.value?.refused[0]).toEqual({
      decoder: 'group-records',
      reason: 'it would be version 9 of OffsetCommit, of which 0 to 4 are known',
    })
    const broken = shown('__consumer_offsets', key.subarray(0, key.length - 2), value)
    expect(broken.key?.decoder).not.toBe('group-records')
    expect(broken.key?.refused[0]?.reason).toMatch(/^it cannot be read as OffsetCommit: needs/)
    expect(shown('__consumer_offsets', Buffer.from([0x7f, 0xff]), value).key?.refused[0]).toEqual({
      decoder: 'group-records',
      reason: 'it would be of type 32767, which is not known',
    })
    expect(shown('__consumer_offsets', null, value).value?.refused[0]?.reason).toMatch(/no key/)
    expect(shown('orders', key, value).key?.refused.map(({ decoder }) => decoder)).not.toContain(
      'group-records',
    )
  })

  it('of Connect workers and other protocols keep their bytes', () => {
    const key = Buffer.from('0002000167', 'hex')
    const member = { memberId: 'm', clientId: 'c', clientHost: '/h', sessionTimeout: 1 }
    const value = Buffer.concat([
      Buffer.from([0, 3]),
      encode(groupMetadataValue, 3, {
        protocolType: 'connect',
        generation: 1,
        protocol: 'sessioned',
        leader: 'm',
        currentStateTimestamp: -1n,
        members: [{ ...member, subscription: Buffer.from('ab'), assignment: Buffer.from('cd') }],
      }),
    ])
    const told = JSON.parse(shown('__consumer_offsets', key, value).value?.text ?? '')
    expect(told).toMatchObject({ currentStateTimestamp: -1, members: [{ subscription: 'YWI=' }] })
  })
})

describe('records of a schema registry', () => {
  const text = (value: string) => Buffer.from(value)

  it('show the schema inside as what it is', () => {
    const key = text('{"keytype":"SCHEMA","subject":"orders-value","version":1,"magic":1}')
    const schema = '{"type":"record","name":"__proto__","fields":[],"max":9007199254740993}'
    const value = text(JSON.stringify({ subject: 'orders-value', version: 1, id: 7, schema }))
    const told = shown('_schemas', key, value)
    expect(told.key).toMatchObject({ decoder: 'schema-records', text: key.toString() })
    expect(told.value?.text).toBe(
      `{"subject":"orders-value","version":1,"id":7,"schema":${schema}}`,
    )
  })

  it('keep the text of a .proto file, and print one that was kept compiled', () => {
    const key = text('{"keytype":"SCHEMA","subject":"p","version":1,"magic":1}')
    const proto = 'syntax = "proto3"; message M { int32 a = 1; }'
    const value = (schema: string) => text(JSON.stringify({ schemaType: 'PROTOBUF', schema }))
    const first = shown('_schemas', key, value(proto)).value
    expect(JSON.parse(first?.text ?? '').schema).toBe(proto)
    // A file with one message M, as protoc compiles it.
    const compiled = shown('_schemas', key, value('IgMKAU0=')).value
    expect(JSON.parse(compiled?.text ?? '').schema).toMatch(/message M/)
  })

  it('of other kinds, and others, are JSON or what they are', () => {
    expect(shown('_schemas', text('{"keytype":"NOOP","magic":0}'), null).key?.decoder).toBe(
      'schema-records',
    )
    expect(shown('_schemas', text('{"a":1}'), text('x')).key?.decoder).toBe('json')
    expect(shown('_schemas', text('{"a":1}'), text('x')).value?.decoder).toBe('text')
  })
})

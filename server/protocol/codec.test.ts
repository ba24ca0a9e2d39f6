import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, VersionError } from './codec.ts'
import type { Message } from './definition.ts'
import { arbitraryOf } from './golden/arbitrary.ts'
import { allDefinitions, versionsOf } from './golden/definitions.ts'
import { apis } from './messages/index.ts'
import { DecodeError } from './reader.ts'
import { Writer } from './writer.ts'

const RUNS_PER_VERSION = 15

/** Decodes, and lets through only a value or the one error that decoding may throw. */
function decodeOrRefuse(message: Message, version: number, bytes: Buffer): unknown {
  try {
    return decode(message, version, bytes)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

describe('every message in every version', () => {
  it.each(allDefinitions)('$name comes back as it was sent', ({ message }) => {
    for (const version of versionsOf(message)) {
      fc.assert(
        fc.property(arbitraryOf(message, version), (value) => {
          const bytes = encode(message, version, value)
          const decoded = decode(message, version, bytes)
          expect(decoded).toMatchObject(value)
          expect(encode(message, version, decoded as object).equals(bytes)).toBe(true)
        }),
        { numRuns: RUNS_PER_VERSION },
      )
    }
  })

  it.each(allDefinitions)('$name from random bytes is a value or a DecodeError', ({ message }) => {
    for (const version of versionsOf(message)) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          decodeOrRefuse(message, version, Buffer.from(bytes))
        }),
        { numRuns: RUNS_PER_VERSION },
      )
    }
  })

  it.each(allDefinitions)('$name with bytes changed, cut or added likewise', ({ message }) => {
    const edit = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
      tail: fc.uint8Array({ maxLength: 4 }),
    })
    for (const version of versionsOf(message)) {
      fc.assert(
        fc.property(arbitraryOf(message, version), edit, (value, { at, byte, cut, tail }) => {
          const bytes = encode(message, version, value)
          if (bytes.length > 0) bytes[at % bytes.length] = byte
          const kept = cut ? bytes.subarray(0, at % (bytes.length + 1)) : bytes
          decodeOrRefuse(message, version, Buffer.concat([kept, tail]))
        }),
        { numRuns: RUNS_PER_VERSION },
      )
    }
  })
})

describe('what a version cannot carry', () => {
  it('is refused when losing it would change the meaning', () => {
    const { request } = apis.offsetCommit
    expect(() => encode(request, 6, { groupId: 'g', groupInstanceId: 'i' })).toThrow(VersionError)
    expect(() => encode(request, 7, { groupId: 'g', groupInstanceId: 'i' })).not.toThrow()
  })

  it('is dropped when it is ignorable or its default', () => {
    const { response } = apis.metadata
    const bytes = encode(response, 1, { throttleTimeMs: 5, clusterId: 'c', controllerId: 2 })
    expect(decode(response, 1, bytes)).toMatchObject({ throttleTimeMs: 0, clusterId: null })
    expect(() => encode(apis.offsetCommit.request, 6, { groupInstanceId: null })).not.toThrow()
  })

  it('includes the version itself', () => {
    expect(() => encode(apis.fetch.request, 3, {})).toThrow(VersionError)
    expect(() => decode(apis.fetch.request, 19, Buffer.alloc(0))).toThrow(VersionError)
  })

  it('includes values that do not fit into their type', () => {
    expect(() => encode(apis.fetch.response, 7, { errorCode: 40_000 })).toThrow(RangeError)
    expect(() => encode(apis.metadata.response, 9, { clusterId: 'x'.repeat(32_768) })).toThrow(
      RangeError,
    )
    const endOffset = 2n ** 63n
    expect(() =>
      encode(apis.offsetForLeaderEpoch.response, 4, {
        topics: [{ topic: 't', partitions: [{ endOffset }] }],
      }),
    ).toThrow(RangeError)
  })
})

describe('hostile lengths', () => {
  const metadata = apis.metadata.request

  it('a list longer than the bytes that are left is refused', () => {
    const writer = new Writer()
    writer.int32(0x7fffffff)
    expect(() => decode(metadata, 4, writer.joined())).toThrow(DecodeError)
  })

  it('a negative length other than null is refused', () => {
    const writer = new Writer()
    writer.int32(-2)
    expect(() => decode(metadata, 4, writer.joined())).toThrow('negative length')
  })

  it('a compact length of five bytes and more is refused', () => {
    expect(() => decode(metadata, 9, Buffer.alloc(16, 0xff))).toThrow(DecodeError)
  })

  it('a string over 32767 bytes is refused as Kafka refuses it', () => {
    const writer = new Writer()
    writer.uvarint(40_001)
    writer.raw(Buffer.alloc(40_010))
    expect(() => decode(apis.apiVersions.request, 3, writer.joined())).toThrow(
      'a string of 40000 bytes',
    )
  })

  it('millions of tiny structs are refused before they are made', () => {
    const count = 5_000_000
    const writer = new Writer()
    writer.uvarint(0)
    writer.int16(1)
    writer.int32(1000)
    writer.uvarint(count + 1)
    writer.raw(Buffer.alloc(count * 4, 1))
    const before = process.memoryUsage().heapUsed
    expect(() => decode(apis.produce.request, 9, writer.joined())).toThrow('too much memory')
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })

  it('a tagged field that is not as long as it says is refused', () => {
    const bytes = encode(apis.fetch.request, 12, { clusterId: 'abc' })
    const at = bytes.length - 5
    expect(bytes[at]).toBe(4)
    bytes[at] = 3
    expect(() => decode(apis.fetch.request, 12, bytes)).toThrow(DecodeError)
  })

  it('unknown tagged fields are skipped', () => {
    const bytes = encode(apis.heartbeat.request, 4, { groupId: 'g', memberId: 'm' })
    const tagged = Buffer.concat([bytes.subarray(0, -1), Buffer.from([1, 99, 2, 7, 7])])
    expect(decode(apis.heartbeat.request, 4, tagged)).toMatchObject({ groupId: 'g' })
  })
})

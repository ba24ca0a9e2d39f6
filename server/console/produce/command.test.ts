import { describe, expect, it } from 'vitest'
import { carries } from './application-producer.ts'
import { kcatCommand } from './command.ts'
import type { OutgoingRecord } from './outgoing.ts'

const bytes = (text: string) => Buffer.from(text)
const recordOf = (parts: Partial<OutgoingRecord>): OutgoingRecord => ({
  partition: 1,
  timestamp: 1_700_000_000_000n,
  key: null,
  value: null,
  headers: [],
  ...parts,
})
const commandOf = (parts: Partial<OutgoingRecord>, hasOwnTimestamp = false) =>
  kcatCommand(recordOf(parts), {
    bootstrap: ['127.0.0.1:9092'],
    topic: 'orders',
    codec: 'zstd',
    hasOwnTimestamp,
  })

describe('the command that sends the same', () => {
  const start = 'kcat -P -b 127.0.0.1:9092 -t orders -p 1 -z zstd'

  it('quotes what a shell would read', () => {
    const headers = [{ key: 'a', value: bytes('x y') }]
    expect(commandOf({ key: bytes('k'), value: bytes("it's"), headers })).toBe(
      `printf %s 'it'\\''s' | ${start} -H 'a=x y' -k k`,
    )
  })

  it('sends a tombstone with its key', () => {
    expect(commandOf({ key: bytes('k') })).toBe(`printf '%s\\t' k | ${start} -Z -K '\\t'`)
  })

  it.each<[string, Partial<OutgoingRecord>]>([
    ['several lines', { value: bytes('a\nb') }],
    ['bytes that are no text', { value: Buffer.from([0xff]) }],
    ['an empty value', { value: bytes('') }],
    ['a tombstone without a key', {}],
    ['a key with a tab and no value', { key: bytes('a\tb') }],
    ['a header whose name has a =', { value: bytes('a'), headers: [{ key: 'a=b', value: null }] }],
    ['a long value', { value: bytes('x'.repeat(5_000)) }],
  ])('is left out where kcat would send something else: %s', (_why, parts) => {
    expect(commandOf(parts)).toBeNull()
  })

  it('is left out where a time was chosen', () => {
    expect(commandOf({ value: bytes('a') }, true)).toBeNull()
  })
})

describe('what kafkajs carries unharmed', () => {
  it.each<[boolean, Partial<OutgoingRecord>]>([
    [
      true,
      {
        headers: [
          { key: 'b', value: bytes('') },
          { key: 'a', value: bytes('1') },
        ],
      },
    ],
    [false, { headers: [{ key: 'a', value: null }] }],
    [
      false,
      {
        headers: [
          { key: 'a', value: bytes('') },
          { key: 'a', value: bytes('') },
        ],
      },
    ],
    [false, { headers: [{ key: '1', value: bytes('') }] }],
    [false, { headers: [{ key: '__proto__', value: bytes('') }] }],
    [false, { timestamp: -1n }],
    [false, { timestamp: 99_999_999_999_999n }],
  ])('%s for %o', (expected, parts) => {
    expect(carries(recordOf(parts))).toBe(expected)
  })
})

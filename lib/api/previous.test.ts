import { describe, expect, test } from 'vitest'
import type { KafkaRecord, Payload } from '../contracts/messages.ts'
import { type SearchLine, searchQuery } from '../contracts/search.ts'
import { parseCondition } from '../query/parser.ts'
import { keyCondition, previousSearch, readPrevious } from './previous.ts'

const payload = (text: string, decoder = 'text', size = text.length): Payload => ({
  text,
  decoder,
  size,
  truncated: false,
  refused: [],
})
const at = (offset: string, key: Payload) => ({ partition: 0, offset, key }) as KafkaRecord

function end(reason: 'covered' | 'limit', from: string): SearchLine {
  const partitions = [{ topic: 't', partition: 0, from, to: '90', position: from, matches: 0 }]
  return {
    type: 'end',
    reason,
    older: null,
    newer: null,
    progress: {
      recordsExamined: 7,
      bytesExamined: 0,
      matches: 0,
      elapsedMs: 1,
      recordsPerSecond: 0,
      bytesPerSecond: 0,
      remainingMs: 0,
      paused: false,
      partitions,
    },
  }
}

describe('the record before, with the same key', () => {
  test.each([payload('a "b" \\ c/'), payload('{"id":1}', 'json'), payload('42', 'int64', 8)])(
    'is looked for by a condition that can be read: %o',
    (key) => {
      expect(() => parseCondition(keyCondition(key) ?? '(')).not.toThrow()
    },
  )

  test('cannot be looked for without a key, or with one that is cut', () => {
    expect(keyCondition(null)).toBeNull()
    expect(keyCondition({ ...payload('a'), truncated: true })).toBeNull()
    expect(keyCondition(payload('x'.repeat(5000)))).toBeNull()
  })

  test('is looked for below the record, no further back than was said', () => {
    const near = previousSearch('t.1-x', at('150', payload('k')), 'key = "k"', 100n)
    const asked = searchQuery.parse(Object.fromEntries(new URLSearchParams(near.search)))
    expect(asked).toMatchObject({ until: 'offset:50', cursor: 'older:t.1-x-0-150', from: 'newest' })
    expect(previousSearch('t', at('50', payload('k')), 'key = "k"', 100n).until).toBe(0n)
  })

  test('is the first whose key has the same bytes, not only the same looks', () => {
    const key = payload('42', 'int64', 8)
    const lines: SearchLine[] = [
      { type: 'record', topic: 't', record: at('88', payload('42')) },
      { type: 'record', topic: 't', record: at('80', key) },
      { type: 'record', topic: 't', record: at('70', key) },
      end('covered', '0'),
    ]
    expect(readPrevious(lines, key, 0n).record?.offset).toBe('80')
  })

  test('says whether the whole partition was looked through', () => {
    expect(readPrevious([end('covered', '50')], payload('k'), 50n)).toMatchObject({
      record: null,
      toStart: false,
      from: '50',
      examined: 7,
    })
    // Retention has taken what was before 60.
    expect(readPrevious([end('covered', '60')], payload('k'), 50n).toStart).toBe(true)
    expect(readPrevious([end('covered', '0')], payload('k'), 0n).toStart).toBe(true)
    expect(() => readPrevious([], payload('k'), 0n)).toThrow(/broke off/)
  })
})

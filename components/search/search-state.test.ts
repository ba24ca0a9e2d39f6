import { describe, expect, test } from 'vitest'
import type { SearchCoverage, SearchLine, SearchProgress } from '../../lib/contracts/search.ts'
import { describeEnd } from './describe-end.ts'
import {
  addSearchLines,
  coveredShare,
  describeRate,
  failSearch,
  newSearch,
  stopSearch,
} from './search-state.ts'

const coverage = (more: Partial<SearchCoverage> = {}): SearchCoverage => ({
  topic: 'orders',
  partition: 0,
  from: '0',
  to: '100',
  position: '0',
  matches: 0,
  ...more,
})
const progress = (more: Partial<SearchProgress> = {}): SearchProgress => ({
  recordsExamined: 100,
  bytesExamined: 2048,
  matches: 1,
  elapsedMs: 40,
  recordsPerSecond: 0,
  bytesPerSecond: 0,
  remainingMs: null,
  paused: false,
  partitions: [coverage({ position: '100' })],
  ...more,
})
const began: SearchLine = { type: 'began', id: 'a', topics: ['orders'], partitions: [coverage()] }
const found = (offset: string): SearchLine => ({
  type: 'record',
  topic: 'orders',
  record: {
    partition: 0,
    offset,
    timestamp: '0',
    timestampType: 'CreateTime',
    key: null,
    value: null,
    headers: [],
    batch: {
      baseOffset: '0',
      bytes: 0,
      records: 1,
      codec: 'none',
      leaderEpoch: 0,
      producerId: '-1',
      producerEpoch: -1,
      baseSequence: -1,
      transactional: false,
    },
  },
})
const end = (reason: 'covered' | 'limit' | 'stopped' | 'partial', more = {}): SearchLine => ({
  type: 'end',
  reason,
  progress: progress(more),
  older: null,
  newer: null,
})

describe('a search', () => {
  test('keeps matches in the order in which they came', () => {
    const first = addSearchLines(newSearch, [began, found('7'), found('3')])
    const next = addSearchLines(first, [found('9')])
    expect(next.found.map((each) => each.offset)).toEqual(['7', '3', '9'])
  })

  test('keeps what the query before found until it has begun itself', () => {
    const before = addSearchLines(newSearch, [began, found('1')])
    const starting = { ...newSearch, found: before.found }
    expect(starting.found).toHaveLength(1)
    expect(addSearchLines(starting, [began]).found).toHaveLength(0)
    expect(addSearchLines(starting, [began, found('2')]).found.map((r) => r.offset)).toEqual(['2'])
  })

  test('shows one line for a problem that grows', () => {
    const failing = (count: number): SearchLine => ({
      type: 'problem',
      problem: { code: 'script_failed', message: `The script failed on ${count} records` },
    })
    const state = addSearchLines(newSearch, [began, failing(1), failing(20)])
    expect(state.problems.map((each) => each.message)).toEqual(['The script failed on 20 records'])
  })

  test('says that everything was covered only when the server has said so', () => {
    const running = addSearchLines(newSearch, [began, { type: 'progress', progress: progress() }])
    expect(describeEnd(running)).toBeNull()
    const broken = failSearch(running, { code: 'x', message: 'y' })
    expect(describeEnd(broken)).toMatch(/not everything/)
    expect(describeEnd(addSearchLines(running, [end('covered')]))).toBe(
      'Everything was covered: 1 match in 100 records and 2.00 KiB in 1 partition, 40 ms.',
    )
    for (const reason of ['limit', 'stopped', 'partial'] as const) {
      expect(describeEnd(addSearchLines(running, [end(reason)]))).not.toMatch(/^Everything/)
    }
  })

  test('is paused as soon as that is pressed, whatever was told before it was known', () => {
    const pressed = { ...newSearch, paused: true, steering: true }
    const line: SearchLine = { type: 'progress', progress: progress() }
    expect(addSearchLines(pressed, [began, line]).paused).toBe(true)
    const known = { ...pressed, steering: false }
    expect(addSearchLines(known, [began, line]).paused).toBe(false)
    expect(addSearchLines(pressed, [began, end('covered')]).paused).toBe(false)
  })

  test('that never ends keeps the newest of what it found', () => {
    const followed: SearchLine = { ...began, partitions: [coverage({ to: null })] }
    const many = Array.from({ length: 1500 }, (_, offset) => found(String(offset)))
    const state = addSearchLines(newSearch, [followed, ...many])
    expect(state.found).toHaveLength(1000)
    expect(state.found.at(-1)?.offset).toBe('1499')
    expect(addSearchLines(newSearch, [began, ...many]).found).toHaveLength(1500)
  })

  test('that is live says how much of what arrives it shows', () => {
    const rate = {
      type: 'rate',
      arrived: 12_300,
      examined: 12_300,
      matched: 900,
      shown: 40,
    } as const
    const state = addSearchLines(newSearch, [began, rate])
    expect(state.rate && describeRate(state.rate)).toBe(
      'showing 40 of 900/s that match, 12,300/s arrive',
    )
    expect(describeRate({ ...rate, examined: 8000 })).toBe(
      'showing 40 of 900/s that match, 8,000 of 12,300/s examined',
    )
  })

  test('that is stopped before it began says that nothing was covered', () => {
    const stopped = stopSearch(newSearch)
    expect(stopped.phase).toBe('ended')
    expect(describeEnd(stopped)).toMatch(/before it began: nothing was covered/)
  })

  test('names the partitions that could not be covered, with the reason', () => {
    const partitions = [coverage({ partition: 4, problem: { code: 'x', message: 'No leader.' } })]
    const state = addSearchLines(newSearch, [began, end('partial', { partitions })])
    expect(describeEnd(state)).toContain('partition 4 of orders: No leader.')
  })
})

describe('the share that is covered', () => {
  test('counts from the side where the search began', () => {
    expect(coveredShare(coverage({ position: '25' }), false)).toBe(0.25)
    expect(coveredShare(coverage({ position: '25' }), true)).toBe(0.75)
  })

  test('is exact for offsets beyond 2^53', () => {
    const from = '9223372036854775000'
    const far = coverage({ from, to: '9223372036854775800', position: '9223372036854775200' })
    expect(coveredShare(far, false)).toBe(0.25)
  })

  test('is whole for an empty partition and open for one that is followed', () => {
    expect(coveredShare(coverage({ from: '5', to: '5', position: '5' }), true)).toBe(1)
    expect(coveredShare(coverage({ to: null }), false)).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import type { KafkaRecord, TailEvent } from '../../lib/contracts/messages.ts'
import { addTailEvents, type TailState, tailRowsMax } from './tail.ts'

const record = (offset: number): KafkaRecord => ({
  partition: 0,
  offset: String(offset),
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
})
const arrival = (offset: number): TailEvent => ({ type: 'record', record: record(offset) })
const start: TailState = { state: 'open', records: [], arrived: 0, shown: 0, problem: null }

describe('the live tail', () => {
  test('puts the newest first', () => {
    const first = addTailEvents(start, [arrival(1), arrival(2)])
    const next = addTailEvents(first, [arrival(3)])
    expect(next.records.map((each) => each.offset)).toEqual(['3', '2', '1'])
  })

  test('keeps a bounded number of rows', () => {
    const many = Array.from({ length: tailRowsMax + 7 }, (_, offset) => arrival(offset))
    const next = addTailEvents(start, many)
    expect(next.records).toHaveLength(tailRowsMax)
    expect(next.records[0]?.offset).toBe(String(tailRowsMax + 6))
  })

  test('says how many of those that arrived are shown, and forgets a problem that has passed', () => {
    const broken = addTailEvents(start, [{ type: 'problem', problem: { code: 'x', message: 'y' } }])
    expect(broken.problem?.code).toBe('x')
    const next = addTailEvents(broken, [{ type: 'rate', arrived: 12_300, shown: 40 }])
    expect([next.arrived, next.shown, next.problem]).toEqual([12_300, 40, null])
  })
})

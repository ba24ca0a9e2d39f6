import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { partitionOfKey, Turns } from './partitioner.ts'

describe('the partition of a key', () => {
  it('is the one that kafkajs and the Java client choose', () => {
    const choose = Partitioners.DefaultPartitioner()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (key, n) => {
        const partitionMetadata = Array.from({ length: n }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [1],
          isr: [1],
        }))
        const message = { key: Buffer.from(key), value: null }
        expect(partitionOfKey(key, n)).toBe(choose({ topic: 't', partitionMetadata, message }))
      }),
    )
  })
})

describe('records without a key', () => {
  const rows = [
    { partition: 0, leader: 1 },
    { partition: 1, leader: -1 },
    { partition: 2, leader: 2 },
  ]

  it('go to the partitions in turn, past those without a leader', () => {
    const turns = new Turns()
    expect([1, 2, 3].map(() => turns.take('t', rows))).toEqual([0, 2, 0])
    expect(turns.take('other', rows)).toBe(0)
  })

  it('have the same turn until it is taken', () => {
    const turns = new Turns()
    expect([turns.look('t', rows), turns.look('t', rows)]).toEqual([0, 0])
    turns.take('t', rows)
    expect(turns.look('t', rows)).toBe(2)
  })

  it('get a partition even when none has a leader, so that the refusal names it', () => {
    expect(new Turns().look('t', [{ partition: 0, leader: -1 }])).toBe(0)
  })
})

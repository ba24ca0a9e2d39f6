import { describe, expect, it } from 'vitest'
import { type ReplicaCandidate, selectorOf } from './replica-selector.ts'

const replica = (brokerId: number, rack: string | null, end = 10, lagMs = 0): ReplicaCandidate => ({
  brokerId,
  rack,
  logEndOffset: BigInt(end),
  lagMs,
})

describe('the rack-aware selector', () => {
  const select = selectorOf('org.apache.kafka.common.replica.RackAwareReplicaSelector')
  const leader = replica(1, 'a')
  const chosen = (rack: string, ...followers: ReplicaCandidate[]) =>
    select?.(rack, leader, followers).brokerId

  it('keeps to the leader in its own rack, in none, and in one where nobody stands', () => {
    expect(chosen('a', replica(2, 'a', 99))).toBe(1)
    expect(chosen('', replica(2, ''))).toBe(1)
    expect(chosen('c', replica(2, 'b'), replica(3, null))).toBe(1)
  })

  it('takes the replica of the rack that has most, then the one that lags least', () => {
    expect(chosen('b', replica(2, 'b', 8), replica(3, 'b', 9), replica(4, 'c', 10))).toBe(3)
    expect(chosen('b', replica(2, 'b', 9, 50), replica(3, 'b', 9, 80))).toBe(2)
    expect(chosen('b', replica(2, 'b'), replica(3, 'b'))).toBe(3)
  })
})

it('sends nobody away without a selector, or with that of the leader', () => {
  expect(selectorOf(null)).toBeUndefined()
  expect(selectorOf('org.apache.kafka.common.replica.LeaderSelector')).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { leaderOf } from './leaders.ts'

const topicOf = (numbers: readonly number[]) => ({
  partitions: numbers.map((partition) => ({
    partition,
    leader: 100 + partition,
    leaderEpoch: 0,
    replicas: [],
    inSyncReplicas: [],
    offlineReplicas: [],
  })),
})

describe('the leader of a partition in the metadata of its topic', () => {
  it.each([
    ['without gaps', [0, 1, 2, 3, 4, 5, 6]],
    ['with gaps', [1, 4, 5, 9]],
    ['of one partition', [0]],
    ['without partitions', []],
  ])('is found, or known not to be there, in a list %s', (_what, numbers) => {
    const topic = topicOf(numbers)
    for (let partition = 0; partition < 12; partition++) {
      const expected = numbers.includes(partition) ? 100 + partition : undefined
      expect(leaderOf(topic, partition)).toBe(expected)
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PartitionView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { recordsOf } from '../records/records.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import { DelayedFetches, type FetchRow } from './delayed-fetch.ts'
import type { AskedPartition, PartitionName } from './fetch-session.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { Partition } from './partition.ts'
import { batchOf, openTestLogs, TOPIC_ID } from './testing.ts'

const SIGNAL = new AbortController().signal
const FOLLOWER = { brokerId: 2, brokerEpoch: 1n }

/** Partitions that broker 1 leads, one client with a session, and a clock that is told. */
function scene(count: number, { replicas = [1], isReplica = false } = {}) {
  let now = 1000
  const tasks: (() => void)[] = []
  const timers = {
    after: () => ({ cancel: () => undefined }),
    soon: (f: () => void) => tasks.push(f),
  }
  const proposals: number[] = []
  const logs = openTestLogs()
  const partitions = Array.from({ length: count }, (_, index) => {
    const view: PartitionView = {
      topic: 'topic',
      topicId: TOPIC_ID,
      partition: index,
      replicas,
      inSyncReplicas: replicas,
      eligibleLeaderReplicas: [],
      leader: 1,
      leaderEpoch: 5,
      partitionEpoch: 10,
    }
    const log = logs.create('topic', index, TOPIC_ID, DEFAULT_LOG_CONFIG)
    const settings = { log: DEFAULT_LOG_CONFIG, minInSyncReplicas: 1 }
    const partition = new Partition(view, log, 0n, settings, {
      brokerId: 1,
      clock: { now: () => 0, monotonic: () => now },
      brokerEpoch: () => 1n,
      isEligible: () => true,
      mayLead: () => true,
      proposeIsr: ({ partition: changed }) => proposals.push(changed),
    })
    partition.apply(view)
    return partition
  })
  const cache = new FetchSessions({
    clock: { monotonic: () => now },
    random: { below: () => 6 },
    slots: 1,
  })
  const fetches = new DelayedFetches({ clock: { monotonic: () => now }, timers })
  const reader = { replica: isReplica ? FOLLOWER : undefined, readsFromFollowers: false }
  let epoch = 0
  const locate = ({ index }: PartitionName) => ({ partition: partitions[index], code: 3 })
  const open = (asked: readonly AskedPartition[], forgotten: readonly PartitionName[] = []) => {
    const request = { sessionId: 7, sessionEpoch: epoch, asked, forgotten }
    const { session } = cache.open({ ...request, usesTopicIds: false, isReplica })
    if (session === undefined) throw new Error('there is no session')
    session.begin(now, reader, '', locate)
    epoch++
    return session
  }
  const name = (index: number): PartitionName => ({ topic: 'topic', topicId: '', index })
  return {
    partitions,
    proposals,
    open,
    name,
    row: (index: number, fetchOffset: bigint, bytesMax = 1_000_000): AskedPartition => ({
      ...name(index),
      currentLeaderEpoch: -1,
      fetchOffset,
      lastFetchedEpoch: -1,
      bytesMax,
      logStartOffset: -1n,
    }),
    pass: (ms: number) => {
      now += ms
    },
    /** Waits only with `maxWaitMs`; `runSoon` then lets it look. */
    fetch: (
      asked: readonly AskedPartition[],
      options: { forgotten?: PartitionName[]; maxBytes?: number; maxWaitMs?: number } = {},
    ): FetchRow[] | Promise<FetchRow[]> => {
      const isFull = epoch === 0
      const session = open(asked, options.forgotten)
      const rows = fetches.fetch({
        reads: session,
        reader,
        tellsWatermark: false,
        maxWaitMs: options.maxWaitMs ?? 0,
        minBytes: 1,
        maxBytes: options.maxBytes ?? 1_000_000,
        signal: SIGNAL,
      })
      const settle = (all: FetchRow[]) => session.settle(all, isFull)
      return rows instanceof Promise ? rows.then(settle) : settle(rows)
    },
    runSoon: () => {
      for (const task of tasks.splice(0)) task()
    },
  }
}

const indexes = (rows: readonly FetchRow[]) => rows.map(({ asked }) => asked.index)
const append = (partition: Partition | undefined, ...values: string[]) =>
  partition?.append(batchOf(...values), false, 'client')

/** The rows of a fetch that did not have to wait. */
function at<T>(rows: T[] | Promise<T[]>): T[] {
  if (rows instanceof Promise) throw new Error('the fetch waits')
  return rows
}

describe('a fetch session', () => {
  it('answers all partitions once, and then those with news', () => {
    const { fetch, row, partitions } = scene(4)
    append(partitions[2], 'x')
    expect(indexes(at(fetch([0, 1, 2, 3].map((i) => row(i, 0n)))))).toEqual([0, 1, 2, 3])
    // The position of partition 2 has not been moved on: its record is answered again.
    expect(indexes(at(fetch([])))).toEqual([2])
    expect(indexes(at(fetch([row(2, 1n)])))).toEqual([])
    append(partitions[0], 'y')
    append(partitions[3], 'z')
    expect(indexes(at(fetch([])))).toEqual([0, 3])
    expect(indexes(at(fetch([row(0, 1n)], { forgotten: [{ ...row(3, 0n) }] })))).toEqual([])
    append(partitions[3], 'not asked for')
    expect(indexes(at(fetch([])))).toEqual([])
  })

  it('looks at no partition of which nothing has moved', () => {
    const { open, fetch, row, partitions } = scene(50, { replicas: [1, 2], isReplica: true })
    at(fetch(partitions.map((_, i) => row(i, 0n))))
    expect(open([]).due()).toEqual([])
    append(partitions[9], 'x')
    expect(
      open([])
        .due()
        .map(({ index }) => index),
    ).toEqual([9])
  })

  it('repeats an error until it is gone, and then says how things stand', () => {
    const { fetch, row, partitions } = scene(2)
    at(fetch([row(0, 0n), row(1, 0n)]))
    const outside = at(fetch([row(1, 5n)]))
    expect(outside.map(({ read }) => read.code)).toEqual([ErrorCode.OFFSET_OUT_OF_RANGE])
    expect(indexes(at(fetch([])))).toEqual([1])
    const back = at(fetch([row(1, 0n)]))
    expect(back).toMatchObject([{ asked: { index: 1 }, read: { code: 0, highWatermark: 0n } }])
    expect(indexes(at(fetch([])))).toEqual([])
    partitions[0]?.retire(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(at(fetch([]))[0]?.read.code).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })

  it('lets every partition have its turn when an answer has room for one', () => {
    const { fetch, row, partitions } = scene(3)
    for (const partition of partitions) append(partition, 'a'.repeat(500))
    at(
      fetch(
        [0, 1, 2].map((i) => row(i, 0n)),
        { maxBytes: 1 },
      ),
    )
    const turns: number[] = []
    const positions = [0n, 0n, 0n]
    for (let i = 0; i < 6; i++) {
      for (const partition of partitions) append(partition, 'b'.repeat(500))
      const [got] = at(fetch([], { maxBytes: 1 })).filter(({ read }) => read.records.length > 0)
      if (got === undefined) throw new Error('nothing was answered')
      turns.push(got.asked.index)
      positions[got.asked.index] = (positions[got.asked.index] ?? 0n) + 1n
    }
    expect(turns).toEqual([1, 2, 0, 1, 2, 0])
  })

  it('tells a follower that the watermark moved, with the next answer', () => {
    const { fetch, row, partitions } = scene(2, { replicas: [1, 2], isReplica: true })
    append(partitions[0], 'x')
    at(fetch([row(0, 0n), row(1, 0n)]))
    expect(at(fetch([row(0, 1n)]))).toMatchObject([
      { asked: { index: 0 }, read: { highWatermark: 1n } },
    ])
    expect(at(fetch([]))).toEqual([])
  })

  it('says again where a follower is when a request that comes late has put it back', () => {
    const { fetch, row, partitions } = scene(1, { replicas: [1, 2, 3], isReplica: true })
    const [partition] = partitions
    append(partition, 'x')
    at(fetch([row(0, 0n)]))
    at(fetch([row(0, 1n)]))
    partition?.noteFollowerFetch(3, 1n, 1n)
    append(partition, 'y')
    at(fetch([row(0, 2n)]))
    at(fetch([]))
    // Sent before the session was made, and held up on a connection of its own.
    partition?.noteFollowerFetch(2, 1n, 0n)
    partition?.noteFollowerFetch(3, 1n, 2n)
    expect(partition?.highWatermark).toBe(1n)
    at(fetch([]))
    expect(partition?.highWatermark).toBe(2n)
  })

  it('says so too when that happens while a request of the session waits', async () => {
    const { fetch, row, partitions, runSoon } = scene(2, { replicas: [1, 2, 3], isReplica: true })
    const [partition, other] = partitions
    append(partition, 'x')
    at(fetch([row(0, 0n), row(1, 0n)]))
    at(fetch([row(0, 1n)]))
    partition?.noteFollowerFetch(3, 1n, 1n)
    append(partition, 'y')
    const waiting = fetch([row(0, 2n)], { maxWaitMs: 500 })
    partition?.noteFollowerFetch(2, 1n, 0n)
    partition?.noteFollowerFetch(3, 1n, 2n)
    append(other, 'z')
    runSoon()
    await waiting
    expect(partition?.highWatermark).toBe(1n)
    at(fetch([row(1, 1n)]))
    expect(partition?.highWatermark).toBe(2n)
  })

  it('wakes a request that waits, and answers it when the next one of the session comes', async () => {
    const { fetch, row, partitions, runSoon } = scene(3)
    at(fetch([0, 1, 2].map((i) => row(i, 0n))))
    const first = fetch([], { maxWaitMs: 500 })
    append(partitions[1], 'x')
    runSoon()
    expect(indexes(await first)).toEqual([1])
    const second = fetch([row(1, 1n)], { maxWaitMs: 500 })
    const third = fetch([], { maxWaitMs: 500 })
    expect(await second).toEqual([])
    append(partitions[2], 'y')
    runSoon()
    expect(indexes(await third)).toEqual([2])
  })

  it('counts an idle follower as caught up until something was appended', () => {
    const { fetch, row, partitions, pass, proposals } = scene(1, {
      replicas: [1, 2],
      isReplica: true,
    })
    const [partition] = partitions
    at(fetch([row(0, 0n)]))
    for (let i = 0; i < 10; i++) {
      pass(5000)
      at(fetch([]))
    }
    append(partition, 'x')
    pass(900)
    partition?.shrinkInSyncSet(1000)
    expect(proposals).toEqual([])
    pass(200)
    partition?.shrinkInSyncSet(1000)
    expect(proposals).toEqual([0])
  })

  it('looks at a follower outside the in-sync set until it is let in', () => {
    const { fetch, open, row, partitions, proposals } = scene(1, {
      replicas: [1, 2],
      isReplica: true,
    })
    const [partition] = partitions
    const outside = { replicas: [1, 2], inSyncReplicas: [1], leader: 1, leaderEpoch: 5 }
    partition?.apply({
      topic: 'topic',
      topicId: TOPIC_ID,
      partition: 0,
      partitionEpoch: 11,
      eligibleLeaderReplicas: [],
      ...outside,
    })
    at(fetch([row(0, 0n)]))
    expect(proposals).toEqual([0])
    expect(open([]).due()).toHaveLength(1)
  })

  it('gives a reader every record, once, in order, whatever happens in which order', () => {
    const COUNT = 4
    const action = fc.oneof(
      fc.record({ append: fc.nat(COUNT - 1), values: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ forget: fc.nat(COUNT - 1) }),
      fc.record({ maxBytes: fc.constantFrom(1, 150, 1_000_000) }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const { fetch, row, name, partitions } = scene(COUNT)
        const written = partitions.map((): string[] => [])
        const read = partitions.map((): string[] => [])
        const changed = new Set(partitions.keys())
        const forgotten = new Set<number>()
        const round = (maxBytes: number) => {
          const asked = [...changed].map((i) => row(i, BigInt(read[i]?.length ?? 0)))
          const rows = at(fetch(asked, { forgotten: [...forgotten].map(name), maxBytes }))
          changed.clear()
          for (const index of forgotten) changed.add(index)
          forgotten.clear()
          for (const { asked: one, read: got } of rows) {
            const next = read[one.index]?.length ?? 0
            for (const { offset, value } of recordsOf(got.records)) {
              if (offset < next) continue
              read[one.index]?.push(value?.toString() ?? '')
              changed.add(one.index)
            }
          }
        }
        for (const step of actions) {
          if ('append' in step) {
            const from = written[step.append]?.length ?? 0
            const values = Array.from({ length: step.values }, (_, i) => `${from + i}`)
            append(partitions[step.append], ...values)
            written[step.append]?.push(...values)
          } else if ('forget' in step) {
            if (forgotten.size < COUNT - 1) forgotten.add(step.forget)
          } else {
            round(step.maxBytes)
          }
        }
        for (let i = 0; i < 2 + actions.length * COUNT; i++) round(200)
        expect(read).toEqual(written)
      }),
      { numRuns: 15 },
    )
  })
})

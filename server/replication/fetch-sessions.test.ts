import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import type { AskedPartition } from './fetch-session.ts'
import { FetchSessions, nextSessionEpoch } from './fetch-sessions.ts'

const MINUTES = 60_000

function sessions(slots: number) {
  let now = 0
  let id = 100
  const cache = new FetchSessions({
    clock: { monotonic: () => now },
    random: { below: () => id++ },
    slots,
  })
  const rows = (count: number): AskedPartition[] =>
    Array.from({ length: count }, (_, index) => ({
      topic: 'topic',
      topicId: '',
      index,
      currentLeaderEpoch: -1,
      fetchOffset: 0n,
      lastFetchedEpoch: -1,
      bytesMax: 1000,
      logStartOffset: -1n,
    }))
  const request = (sessionId: number, sessionEpoch: number, count = 0, usesTopicIds = false) => ({
    sessionId,
    sessionEpoch,
    asked: rows(count),
    forgotten: [],
    usesTopicIds,
    isReplica: false,
  })
  return {
    cache,
    pass: (ms: number) => {
      now += ms
    },
    rows,
    request,
    /** The id of the session that was made; 0 for none. */
    make: (partitions: number, isReplica = false) =>
      cache.open({ ...request(0, 0, partitions), isReplica }).session?.id ?? 0,
    has: (sessionId: number) =>
      cache.open(request(sessionId, 9)).code === ErrorCode.INVALID_FETCH_SESSION_EPOCH,
    use: (sessionId: number, epoch: number) => {
      const opened = cache.open(request(sessionId, epoch))
      const reader = { replica: undefined, readsFromFollowers: false }
      opened.session?.begin(now, reader, '', () => ({ partition: undefined, code: 0 }))
      return opened.code
    },
  }
}

describe('a request with a session', () => {
  it('is served in the order of epochs only', () => {
    const { cache, make, request } = sessions(10)
    const id = make(2)
    expect(cache.open(request(id, 2)).code).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    expect(cache.open(request(id, 1)).code).toBe(ErrorCode.NONE)
    expect(cache.open(request(id, 1)).code).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    expect(cache.open(request(id, 2)).session?.id).toBe(id)
    expect(cache.open(request(id + 1, 1)).code).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  it('goes on naming topics as it began to', () => {
    const { cache, make, request } = sessions(10)
    const id = make(2)
    expect(cache.open(request(id, 1, 0, true)).code).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
    expect(cache.open(request(id, 1)).code).toBe(ErrorCode.NONE)
  })

  it('ends it by its last epoch, by a new one, and by forgetting every partition', () => {
    const { cache, make, request, rows } = sessions(10)
    const first = make(2)
    expect(cache.open(request(first, -1, 2))).toMatchObject({ code: 0, session: undefined })
    expect(cache.open(request(first, 1)).code).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    const second = make(2)
    const third = cache.open(request(second, 0, 2)).session?.id ?? 0
    expect(third).not.toBe(second)
    expect(cache.length).toBe(1)
    const forgets = { ...request(third, 1), forgotten: rows(2) }
    expect(cache.open(forgets)).toMatchObject({ code: 0, session: undefined })
    expect([cache.length, cache.partitionCount]).toEqual([0, 0])
  })

  it('counts epochs past the largest number back to 1', () => {
    expect([0, 1, 0x7fffffff, -1].map(nextSessionEpoch)).toEqual([1, 2, 1, -1])
  })
})

describe('when all slots are taken', () => {
  it('a consumer gets none from young sessions, and takes the place of an old one that holds fewer partitions', () => {
    const { make, pass, use, has } = sessions(1)
    const old = make(5)
    expect(make(50)).toBe(0)
    pass(1.5 * MINUTES)
    expect(use(old, 1)).toBe(ErrorCode.NONE)
    pass(1 * MINUTES)
    expect(make(5)).toBe(0)
    const larger = make(6)
    expect(larger).toBeGreaterThan(0)
    expect(has(old)).toBe(false)
  })

  it('a session that nobody has used for two minutes goes, however much it holds', () => {
    const { make, pass, has } = sessions(1)
    const stale = make(1000, true)
    pass(2 * MINUTES)
    expect(make(1)).toBe(0)
    pass(1)
    expect(make(1)).toBeGreaterThan(0)
    expect(has(stale)).toBe(false)
  })

  it('a follower takes the place of a young consumer with the fewest partitions', () => {
    const { make, has } = sessions(3)
    const [many, few, follower] = [make(50), make(5), make(1, true)]
    expect(make(2, true)).toBeGreaterThan(0)
    expect([many, few, follower].map(has)).toEqual([true, false, true])
  })

  it('a consumer never takes the place of a follower that fetches', () => {
    const { make, pass, use } = sessions(1)
    const follower = make(1, true)
    for (let epoch = 1; epoch < 6; epoch++) {
      pass(1 * MINUTES)
      expect(use(follower, epoch)).toBe(ErrorCode.NONE)
      expect(make(1000)).toBe(0)
    }
  })

  it('no slots mean no sessions', () => {
    const { make, cache } = sessions(0)
    expect(make(3, true)).toBe(0)
    expect(cache.length).toBe(0)
  })
})

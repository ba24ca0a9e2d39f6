import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Poller } from './poller.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A poller whose loads are counted and answered by `answer`. */
function counted(answer: (load: number) => Promise<number>, intervalMs = 1000) {
  const counts = { loads: 0 }
  const poller = new Poller({ load: () => answer(++counts.loads), intervalMs })
  return { poller, counts }
}

describe('a poller', () => {
  it('asks once for all who want it at the same time', async () => {
    const { poller, counts } = counted(async (load) => load)
    const values = await Promise.all([poller.get(0), poller.get(0), poller.get(0)])
    expect(values.map(({ value }) => value)).toEqual([1, 1, 1])
    expect(counts.loads).toBe(1)
  })

  it('answers from memory what is young enough', async () => {
    const { poller, counts } = counted(async (load) => load)
    await poller.get(0)
    vi.advanceTimersByTime(500)
    expect((await poller.get(600)).value).toBe(1)
    expect((await poller.get(400)).value).toBe(2)
    expect(counts.loads).toBe(2)
  })

  it('keeps what it knew when asking fails, and says why', async () => {
    const { poller } = counted(async (load) => {
      if (load === 2) throw new Error('away')
      return load
    })
    await poller.get(0)
    vi.advanceTimersByTime(5000)
    const stale = await poller.getOrStale(1000)
    expect(stale).toMatchObject({ value: 1, error: new Error('away') })
    expect(performance.now() - stale.at).toBe(5000)
    expect(await poller.getOrStale(1000)).toMatchObject({ value: 3 })
    expect(poller.error).toBeUndefined()
  })

  it('asks again and again while it is watched, whoever watches, and then no more', async () => {
    const { poller, counts } = counted(async (load) => load)
    let heard = 0
    const stops = Array.from({ length: 5 }, () =>
      poller.watch(() => {
        heard++
      }),
    )
    await vi.advanceTimersByTimeAsync(3500)
    expect(counts.loads).toBe(4)
    expect(heard).toBe(20)
    for (const stop of stops) stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(counts.loads).toBe(4)
  })

  it('asks less often while nothing answers, and as before when it does', async () => {
    let isAway = true
    const { poller, counts } = counted(async (load) => {
      if (isAway) throw new Error('away')
      return load
    })
    const stop = poller.watch(() => undefined)
    await vi.advanceTimersByTimeAsync(60_000)
    const whileAway = counts.loads
    expect(whileAway).toBeLessThan(20)
    isAway = false
    await vi.advanceTimersByTimeAsync(5_000)
    const onReturn = counts.loads
    await vi.advanceTimersByTimeAsync(10_000)
    expect(counts.loads - onReturn).toBeGreaterThanOrEqual(9)
    stop()
  })
})

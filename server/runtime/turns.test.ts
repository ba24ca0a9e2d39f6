import { describe, expect, it } from 'vitest'
import { doInTurns } from './turns.ts'

/** A clock that moves when told to, and turns that begin when told to. */
function createTurns() {
  const waiting: (() => void)[] = []
  let nowMs = 0
  return {
    runtime: {
      clock: { monotonic: () => nowMs },
      timers: { soon: (task: () => void) => void waiting.push(task) },
    },
    pass: (ms: number) => {
      nowMs += ms
    },
    get waiting() {
      return waiting.length
    },
    async next() {
      for (const task of waiting.splice(0)) task()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('work done in turns', () => {
  it('is done at once when it is little', () => {
    const turns = createTurns()
    const done: number[] = []
    const steps = (function* () {
      for (let i = 0; i < 100; i++) {
        done.push(i)
        yield
      }
    })()
    expect(doInTurns(steps, turns.runtime)).toBeUndefined()
    expect(done).toHaveLength(100)
    expect(turns.waiting).toBe(0)
  })

  it('lets others run when a turn has lasted long enough, and keeps its order', async () => {
    const turns = createTurns()
    const done: number[] = []
    const steps = (function* () {
      for (let i = 0; i < 10; i++) {
        done.push(i)
        turns.pass(4)
        yield
      }
    })()
    const later = doInTurns(steps, turns.runtime)
    expect(done).toEqual([0, 1, 2])
    await turns.next()
    expect(done).toEqual([0, 1, 2, 3, 4, 5])
    await turns.next()
    await turns.next()
    await later
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('lets others run after many steps, also while the clock stands still', async () => {
    const turns = createTurns()
    let count = 0
    const steps = (function* () {
      while (count < 5000) {
        count++
        yield
      }
    })()
    const later = doInTurns(steps, turns.runtime)
    expect(count).toBeLessThan(5000)
    for (let turn = 0; turn < 5; turn++) await turns.next()
    await later
    expect(count).toBe(5000)
  })

  it('rejects with what a step of a later turn throws', async () => {
    const turns = createTurns()
    const steps = (function* () {
      turns.pass(20)
      yield
      throw new Error('a step failed')
    })()
    const later = doInTurns(steps, turns.runtime)
    await Promise.all([expect(later).rejects.toThrow('a step failed'), turns.next()])
  })
})

import { describe, expect, it } from 'vitest'
import { ReplicationThrottle, throttledPartitions } from './replication-throttle.ts'

const UNLIMITED = Number('9223372036854775807')

function throttleOf(rate: number) {
  let now = 5000
  let current = rate
  const throttle = new ReplicationThrottle({ monotonic: () => now }, () => current)
  return {
    throttle,
    pass: (ms: number) => {
      now += ms
    },
    setRate: (bytes: number) => {
      current = bytes
    },
  }
}

describe('the throttle', () => {
  it.each([100, 5000, 60_000])('holds its rate over a minute in pieces of %i bytes', (piece) => {
    const { throttle, pass } = throttleOf(10_000)
    let copied = 0
    for (let ms = 0; ms < 60_000; ms += 10) {
      while (throttle.available() > 0) {
        throttle.note(piece)
        copied += piece
      }
      pass(10)
    }
    // A second's worth may be taken at once in the beginning, and one piece at the end.
    expect(copied).toBeGreaterThanOrEqual(600_000)
    expect(copied).toBeLessThanOrEqual(610_000 + piece)
  })

  it('says when there is something to go on with', () => {
    const { throttle, pass } = throttleOf(1000)
    throttle.note(1200)
    expect(throttle.available()).toBe(0)
    expect(throttle.msUntilAvailable()).toBe(300)
    pass(300)
    expect(throttle.available()).toBeCloseTo(100)
    expect(throttle.msUntilAvailable()).toBe(0)
  })

  it('goes by the rate of the moment, none and nothing at all among them', () => {
    const { throttle, pass, setRate } = throttleOf(UNLIMITED)
    throttle.note(1e12)
    expect(throttle.available()).toBe(Number.POSITIVE_INFINITY)
    setRate(0)
    expect(throttle.available()).toBe(0)
    expect(throttle.msUntilAvailable()).toBeGreaterThan(0)
    pass(100_000)
    expect(throttle.available()).toBe(0)
    setRate(1000)
    throttle.available()
    pass(500)
    expect(throttle.available()).toBeCloseTo(500)
    setRate(UNLIMITED)
    expect(throttle.available()).toBe(Number.POSITIVE_INFINITY)
  })
})

it('finds the partitions of a broker in a list of pairs', () => {
  expect(throttledPartitions('', 1)).toBeUndefined()
  expect(throttledPartitions(' * ', 1)).toBe('all')
  expect(throttledPartitions('0:1, 3:1,1:2', 1)).toEqual(new Set([0, 3]))
  expect(throttledPartitions('0:1,3:1', 2)).toBeUndefined()
})

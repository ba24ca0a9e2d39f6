import { describe, expect, it } from 'vitest'
import { Lease } from './lease.ts'

describe('the right of a broker to lead', () => {
  const scene = () => {
    const time = { now: 0 }
    return { time, lease: new Lease(1000, () => time.now) }
  }

  it('is not there before a heartbeat was answered', () => {
    expect(scene().lease.holds).toBe(false)
  })

  it('lasts one timeout from when the heartbeat was sent, not from its answer', () => {
    const { time, lease } = scene()
    time.now = 400
    lease.extend(0)
    time.now = 999
    expect(lease.holds).toBe(true)
    time.now = 1000
    expect(lease.holds).toBe(false)
  })

  it('is not shortened by an answer that comes late', () => {
    const { time, lease } = scene()
    lease.extend(500)
    lease.extend(100)
    time.now = 1400
    expect(lease.holds).toBe(true)
  })

  it('ends at once when the controller says so', () => {
    const { lease } = scene()
    lease.extend(0)
    lease.end()
    expect(lease.holds).toBe(false)
  })
})

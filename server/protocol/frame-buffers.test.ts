import { describe, expect, it } from 'vitest'
import { FrameBuffers } from './frame-buffers.ts'

const large = 100_000

describe('buffers for frames', () => {
  it('are lent again when any view of them was given back', () => {
    const buffers = new FrameBuffers()
    const first = buffers.take(large)
    expect(first.length).toBe(large)
    buffers.give(first.subarray(5000, 5001))
    expect(buffers.takeKept(large + 1)?.buffer).toBe(first.buffer)
    expect(buffers.takeKept(large)).toBeUndefined()
  })

  it('are taken back once, and only from where they were lent', () => {
    const buffers = new FrameBuffers()
    const lent = buffers.take(large)
    buffers.give(lent)
    buffers.give(lent)
    buffers.give(Buffer.allocUnsafeSlow(131_072))
    buffers.give(new FrameBuffers().take(large))
    expect(buffers.take(large).buffer).toBe(lent.buffer)
    expect(buffers.takeKept(large)).toBeUndefined()
  })

  it('are kept up to a limit', () => {
    const buffers = new FrameBuffers(200_000)
    const both = [buffers.take(large), buffers.take(large)]
    for (const one of both) buffers.give(one)
    expect(buffers.takeKept(large)?.buffer).toBe(both[0]?.buffer)
    expect(buffers.takeKept(large)).toBeUndefined()
  })

  it('are any when they are small or very large', () => {
    const buffers = new FrameBuffers()
    for (const bytes of [0, 100, 5 * 1024 * 1024]) {
      const one = buffers.take(bytes)
      expect(one.length).toBe(bytes)
      buffers.give(one)
      expect(buffers.takeKept(bytes)).toBeUndefined()
    }
  })
})

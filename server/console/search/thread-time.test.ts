import { describe, expect, it } from 'vitest'
import { ownThread, ownThreadMs, threadMs } from './thread-time.ts'

const thread = ownThread()

describe.skipIf(threadMs(thread) === undefined)('the processor time of a thread', () => {
  it('grows while it works', () => {
    const before = ownThreadMs()
    while (ownThreadMs() - before < 20);
    expect(threadMs(thread)).toBeGreaterThan(before)
  })

  it('stands still while it waits', () => {
    const before = ownThreadMs()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    expect(ownThreadMs() - before).toBeLessThan(150)
  })

  it('is not told of a thread that is none', () => {
    expect(threadMs(undefined)).toBeUndefined()
    expect(threadMs(2 ** 30)).toBeUndefined()
  })
})

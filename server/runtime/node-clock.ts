// Clock, timers and randomness of a real process.

import { randomBytes, randomInt } from 'node:crypto'
import type { Clock, Random, Timers } from './runtime.ts'

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

export const nodeTimers: Timers = {
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs))
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  soon(task) {
    setImmediate(task)
  },
}

/** 22 characters of base64url; tools take a leading '-' for an option, so such ids are drawn again. */
function uuid(): string {
  for (;;) {
    const bytes = randomBytes(16)
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
    const text = bytes.toString('base64url')
    if (!text.startsWith('-')) return text
  }
}

export const nodeRandom: Random = {
  below: (below) => (below <= 1 ? 0 : randomInt(below)),
  bytes: (count) => randomBytes(count),
  uuid,
}

// Randomness of a simulated world: one seed, split into named streams, so that drawing more in
// one place (a new fault, say) does not change what another place draws.

import type { Random } from '../runtime/runtime.ts'

/** FNV-1a, to give each stream a seed of its own. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  }
  return value >>> 0
}

/** Numbers from 0 up to, not including, 1. The generator is sfc32, 128 bits of state. */
export class RandomStream {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: string) {
    this.a = hash(`a${seed}`)
    this.b = hash(`b${seed}`)
    this.c = hash(`c${seed}`)
    for (let i = 0; i < 15; i++) this.next()
  }

  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (this.c << 21) | (this.c >>> 11)
    this.c = (this.c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }
}

/** The Random port of one simulated node. */
export function createSimulatedRandom(stream: RandomStream): Random {
  const bytes = (count: number) => {
    const buffer = Buffer.alloc(count)
    for (let i = 0; i < count; i++) buffer[i] = stream.below(256)
    return buffer
  }
  return {
    below: (below) => stream.below(below),
    bytes,
    uuid() {
      for (;;) {
        const text = bytes(16).toString('base64url')
        if (!text.startsWith('-')) return text
      }
    },
  }
}

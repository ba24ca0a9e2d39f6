// REPL-6: what was acknowledged is there, where it was said to be, once, and in the order in which each
// producer sent it.

import type { Acknowledged, ReadBack } from '../workload.ts'

/**
 * What is wrong, in words; nothing when all is right. `first` is the number that each producer's
 * first record bears, where the log begins later than the producers did.
 */
export function checkAcknowledged(
  partition: number,
  acknowledged: readonly Acknowledged[],
  found: readonly ReadBack[],
  first = 0,
): string[] {
  const problems: string[] = []
  const byOffset = new Map(found.map((record) => [record.offset, record.value]))
  for (const { offset, value } of acknowledged) {
    const there = byOffset.get(offset)
    if (there !== value) {
      problems.push(
        `partition ${partition}: ${value} was acknowledged at offset ${offset}, where there is ${there ?? 'nothing'}`,
      )
    }
  }
  const lastOfProducer = new Map<string, number>()
  for (const { offset, key: value } of found) {
    const dash = value.lastIndexOf('-')
    const producer = value.slice(0, dash)
    const number = Number(value.slice(dash + 1))
    const before = lastOfProducer.get(producer) ?? first - 1
    if (number !== before + 1) {
      problems.push(
        `partition ${partition}: at offset ${offset} producer ${producer} has ${number} after ${before}`,
      )
    }
    lastOfProducer.set(producer, number)
  }
  return problems
}

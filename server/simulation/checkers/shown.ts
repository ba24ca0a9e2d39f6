// REPL-8: what a consumer was shown is committed, whichever replica it asked: it is there for ever,
// at the offset at which it was shown, and nothing before it was left out.

import type { ReadBack } from '../workload.ts'

export class ShownHistory {
  readonly problems: string[] = []
  /** By partition and offset, and who showed it. */
  private readonly shown = new Map<number, { text: string; broker: number }[]>()
  private readonly rack: string

  constructor(rack: string) {
    this.rack = rack
  }

  /** Offsets of a partition rise by one from 0. */
  show(partition: number, record: ReadBack, broker: number): void {
    const seen = this.shown.get(partition) ?? []
    this.shown.set(partition, seen)
    if (record.offset !== BigInt(seen.length)) {
      this.wrong(
        partition,
        `broker ${broker} showed offset ${record.offset} after ${seen.length - 1}`,
      )
    }
    seen.push({ text: told(record), broker })
  }

  /** `found`: what the leader has in the end. */
  compare(partition: number, found: readonly ReadBack[]): void {
    this.shown.get(partition)?.forEach(({ text, broker }, offset) => {
      const now = found[offset] === undefined ? 'nothing' : told(found[offset])
      if (now === text) return
      this.wrong(partition, `broker ${broker} showed ${text} at offset ${offset}, now ${now}`)
    })
  }

  private wrong(partition: number, what: string): void {
    this.problems.push(`reader in ${this.rack}, partition ${partition}: ${what}`)
  }
}

/** The time tells one sending of a record from the next: what comes again is not what was shown. */
function told({ value, timestamp }: ReadBack): string {
  return `${value} of ${timestamp}`
}

// REPL-2: a high watermark never retreats while its broker lives, and never passes the end of its log.

import type { Broker } from '../../broker.ts'
import type { Partition } from '../../replication/partition.ts'

export class WatermarkWatch {
  readonly problems: string[] = []
  private readonly seen = new WeakMap<Partition, bigint>()

  look(brokers: readonly Broker[]): void {
    for (const { brokerId, parts } of brokers) {
      for (const partition of parts.partitions.all()) {
        const before = this.seen.get(partition)
        const now = partition.highWatermark
        const name = `${partition.topic}-${partition.partition} on broker ${brokerId}`
        if (before !== undefined && now < before) {
          this.problems.push(`${name}: the watermark went from ${before} back to ${now}`)
        }
        if (now > partition.log.logEndOffset) {
          this.problems.push(`${name}: the watermark ${now} is past the end of the log`)
        }
        this.seen.set(partition, now)
      }
    }
  }
}

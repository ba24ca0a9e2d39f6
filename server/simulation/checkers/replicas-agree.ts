// Replicas hold the same bytes below the high watermark that both know.

import type { Broker } from '../../broker.ts'
import type { Partition } from '../../replication/partition.ts'
import { batchesOf } from './batches.ts'

export function checkReplicasAgree(brokers: readonly Broker[]): string[] {
  const problems: string[] = []
  const first = new Map<string, { broker: number; partition: Partition }>()
  for (const broker of brokers) {
    for (const partition of broker.parts.partitions.all()) {
      const name = `${partition.topic}-${partition.partition}`
      const other = first.get(name)
      if (other === undefined) {
        first.set(name, { broker: broker.brokerId, partition })
        continue
      }
      const upTo = smaller(partition.highWatermark, other.partition.highWatermark)
      if (!bytesBelow(partition, upTo).equals(bytesBelow(other.partition, upTo))) {
        problems.push(
          `${name}: brokers ${other.broker} and ${broker.brokerId} differ below ${upTo}`,
        )
      }
    }
  }
  return problems
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function bytesBelow(partition: Partition, upTo: bigint): Buffer {
  return Buffer.concat(batchesOf(partition.log, upTo).map(({ bytes }) => bytes))
}

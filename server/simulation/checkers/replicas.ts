// Replicas hold the same bytes below the high watermark; a watermark never retreats while its
// broker lives; no two brokers lead a partition in one epoch.

import type { Broker } from '../../broker.ts'
import type { Partition } from '../../replication/partition.ts'

const READ_BYTES = 1024 * 1024

/** Everything a log holds below `upTo`, as one buffer. */
function bytesBelow(partition: Partition, upTo: bigint): Buffer {
  const parts: Buffer[] = []
  let at = partition.log.logStartOffset
  while (at < upTo) {
    const read = partition.log.read(at, upTo, READ_BYTES, true)
    if (!('records' in read) || read.records.length === 0) break
    parts.push(read.records)
    at = nextOffset(read.records)
  }
  return Buffer.concat(parts)
}

function nextOffset(records: Buffer): bigint {
  let at = 0
  let next = 0n
  while (at < records.length) {
    next = records.readBigInt64BE(at) + BigInt(records.readInt32BE(at + 23)) + 1n
    at += 12 + records.readInt32BE(at + 8)
  }
  return next
}

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
      const upTo =
        partition.highWatermark < other.partition.highWatermark
          ? partition.highWatermark
          : other.partition.highWatermark
      if (!bytesBelow(partition, upTo).equals(bytesBelow(other.partition, upTo))) {
        problems.push(
          `${name}: brokers ${other.broker} and ${broker.brokerId} differ below ${upTo}`,
        )
      }
    }
  }
  return problems
}

/** Watches over time; `look` is called after steps of a run. */
export class LeadershipWatch {
  readonly problems: string[] = []
  private readonly leaderOfEpoch = new Map<string, number>()
  private readonly watermarks = new WeakMap<Partition, bigint>()

  look(brokers: readonly Broker[]): void {
    for (const broker of brokers) {
      for (const partition of broker.parts.partitions.all()) {
        this.lookAtWatermark(broker, partition)
        if (partition.isLeader) this.lookAtLeader(broker, partition)
      }
    }
  }

  private lookAtLeader(broker: Broker, partition: Partition): void {
    const name = `${partition.topic}-${partition.partition} epoch ${partition.leaderEpoch}`
    const known = this.leaderOfEpoch.get(name)
    if (known === undefined) this.leaderOfEpoch.set(name, broker.brokerId)
    else if (known !== broker.brokerId) {
      this.problems.push(`${name} is led by broker ${known} and by broker ${broker.brokerId}`)
    }
  }

  private lookAtWatermark(broker: Broker, partition: Partition): void {
    const before = this.watermarks.get(partition)
    const now = partition.highWatermark
    if (before !== undefined && now < before) {
      this.problems.push(
        `${partition.topic}-${partition.partition}: the watermark of broker ${broker.brokerId} went from ${before} back to ${now}`,
      )
    }
    this.watermarks.set(partition, now)
  }
}

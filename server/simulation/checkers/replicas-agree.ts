// REPL-5: replicas hold the same below the high watermark that both know: the same bytes, or, where each
// compacts by itself, the same newest value of every key.

import { isDeepStrictEqual } from 'node:util'
import type { Broker } from '../../broker.ts'
import { recordsOf } from '../../records/records.ts'
import type { Partition } from '../../replication/partition.ts'
import { COMPACTED_TOPIC } from '../compacted-topic.ts'
import { batchesOf } from './batches.ts'

const COMPACTED: readonly string[] = ['__consumer_offsets', COMPACTED_TOPIC]

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
      if (!agree(partition, other.partition, upTo)) {
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

function agree(a: Partition, b: Partition, upTo: bigint): boolean {
  if (COMPACTED.includes(a.topic)) {
    return isDeepStrictEqual(newestValues(a, upTo), newestValues(b, upTo))
  }
  // Each lets go of its old segments by itself.
  const from = -smaller(-a.log.logStartOffset, -b.log.logStartOffset)
  return bytesBelow(a, upTo, from).equals(bytesBelow(b, upTo, from))
}

/** By key; a key that was deleted is as one that was never there. */
function newestValues(partition: Partition, upTo: bigint): Map<string, string> {
  const newest = new Map<string, string>()
  for (const { offset, key, value } of recordsOf(bytesBelow(partition, upTo))) {
    if (key === null || offset >= upTo) continue
    const name = key.toString('base64')
    if (value === null) newest.delete(name)
    else newest.set(name, `${offset} ${value.toString('base64')}`)
  }
  return newest
}

/** Of batches that end after `from`. */
function bytesBelow(partition: Partition, upTo: bigint, from = 0n): Buffer {
  const batches = batchesOf(partition.log, upTo).filter(({ nextOffset }) => nextOffset > from)
  return Buffer.concat(batches.map(({ bytes }) => bytes))
}

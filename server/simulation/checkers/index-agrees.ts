// Look-ups by offset and by time find what a scan of the whole log finds.

import type { Broker } from '../../broker.ts'
import type { PartitionLog } from '../../storage/types.ts'
import { batchesIn, batchesOf, type SeenBatch } from './batches.ts'

export function checkIndexesAgree(brokers: readonly Broker[]): string[] {
  const problems: string[] = []
  for (const { brokerId, parts } of brokers) {
    for (const { topic, partition, log } of parts.partitions.all()) {
      for (const problem of checkLog(log)) {
        problems.push(`${topic}-${partition} on broker ${brokerId}: ${problem}`)
      }
    }
  }
  return problems
}

function checkLog(log: PartitionLog): string[] {
  const problems: string[] = []
  const end = log.logEndOffset
  const batches = batchesOf(log, end)
  if ((batches.at(-1)?.nextOffset ?? log.logStartOffset) !== end) {
    problems.push(`a scan ends before the end of the log, ${end}`)
  }
  let latest = -1n
  for (const batch of batches) {
    const found = foundAt(log, batch.nextOffset - 1n, end)
    if (found?.baseOffset !== batch.baseOffset) {
      problems.push(`offset ${batch.nextOffset - 1n} is looked up at ${found?.baseOffset}`)
    }
    // The first batch that reaches its own time is where a look-up by that time must end.
    if (batch.maxTimestamp <= latest) continue
    latest = batch.maxTimestamp
    const { offset } = log.offsetForTime(batch.maxTimestamp, end) ?? { offset: -1n }
    if (offset < batch.baseOffset || offset >= batch.nextOffset) {
      problems.push(`time ${batch.maxTimestamp} is looked up at ${offset}, not ${batch.baseOffset}`)
    }
  }
  return problems
}

function foundAt(log: PartitionLog, offset: bigint, end: bigint): SeenBatch | undefined {
  const read = log.read(offset, end, 1, true)
  return 'records' in read ? batchesIn(read.records)[0] : undefined
}

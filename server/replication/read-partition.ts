// What one partition answers to one fetch: checks in Kafka's order, then at most one run of
// bytes. For a follower it also finds where the two logs part (KIP-595) and notes its progress.

import { ErrorCode } from '../protocol/errors.ts'
import { batchBytes, lastOffset, recordCount } from '../records/batch.ts'
import type { Partition } from './partition.ts'

/** The follower that fetches; absent for consumers. */
export interface FetchingReplica {
  brokerId: number
  /** -1n before Fetch version 15. */
  brokerEpoch: bigint
}

export interface PartitionToRead {
  /** Its name as asked; '' when it was asked for by id. */
  topic: string
  topicId: string
  index: number
  /** undefined: this broker does not have it, and answers `code`. */
  partition: Partition | undefined
  code: number
  /** -1: not told. */
  currentLeaderEpoch: number
  fetchOffset: bigint
  /** -1: not told. */
  lastFetchedEpoch: number
  bytesMax: number
  /** A follower's own; -1n from others. */
  logStartOffset: bigint
}

export interface PartitionRead {
  code: number
  highWatermark: bigint
  lastStableOffset: bigint
  logStartOffset: bigint
  divergingEpoch: { epoch: number; endOffset: bigint } | undefined
  records: Buffer
}

const NO_RECORDS = Buffer.alloc(0)

export function refusedRead(code: number): PartitionRead {
  return {
    code,
    highWatermark: -1n,
    lastStableOffset: -1n,
    logStartOffset: -1n,
    divergingEpoch: undefined,
    records: NO_RECORDS,
  }
}

function answered(
  partition: Partition,
  records: Buffer,
  divergingEpoch?: { epoch: number; endOffset: bigint },
): PartitionRead {
  return {
    code: ErrorCode.NONE,
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.log.logStartOffset,
    divergingEpoch,
    records,
  }
}

/**
 * Everything that must hold before bytes are read, and a follower's progress. Once for a
 * request; a request that waited goes straight to `readRecords`. undefined: read on.
 */
export function admitRead(
  asked: PartitionToRead,
  replica: FetchingReplica | undefined,
): PartitionRead | undefined {
  const { partition } = asked
  if (partition === undefined) return refusedRead(asked.code)
  const refused = partition.checkLeads(asked.currentLeaderEpoch)
  if (refused !== ErrorCode.NONE) return refusedRead(refused)

  const { log } = partition
  if (asked.lastFetchedEpoch >= 0) {
    const end = log.endOffsetForEpoch(asked.lastFetchedEpoch)
    if (end.epoch < 0) return refusedRead(ErrorCode.OFFSET_OUT_OF_RANGE)
    if (end.epoch < asked.lastFetchedEpoch || end.endOffset < asked.fetchOffset) {
      return answered(partition, NO_RECORDS, end)
    }
  }
  if (asked.fetchOffset < log.logStartOffset || asked.fetchOffset > log.logEndOffset) {
    return refusedRead(ErrorCode.OFFSET_OUT_OF_RANGE)
  }
  if (replica === undefined) return undefined
  const code = partition.noteFollowerFetch(
    replica.brokerId,
    replica.brokerEpoch,
    asked.fetchOffset,
    asked.logStartOffset,
  )
  return code === ErrorCode.NONE ? undefined : refusedRead(code)
}

/** Whether reading would answer anything but "nothing yet". */
export function hasNewRecords(asked: PartitionToRead, isReplica: boolean): boolean {
  const { partition } = asked
  if (partition?.checkLeads(asked.currentLeaderEpoch) !== ErrorCode.NONE) return true
  return asked.fetchOffset < (isReplica ? partition.log.logEndOffset : partition.highWatermark)
}

/** Reads what there is now. `bytesMax` 0 reads nothing, unless `atLeastOne` batch must come. */
export function readRecords(
  asked: PartitionToRead,
  isReplica: boolean,
  bytesMax: number,
  atLeastOne: boolean,
): PartitionRead {
  const { partition } = asked
  if (partition === undefined) return refusedRead(asked.code)
  // The leadership may have ended while the request waited.
  const refused = partition.checkLeads(asked.currentLeaderEpoch)
  if (refused !== ErrorCode.NONE) return refusedRead(refused)
  const upTo = isReplica ? partition.log.logEndOffset : partition.highWatermark
  if (asked.fetchOffset >= upTo || (bytesMax <= 0 && !atLeastOne)) {
    return answered(partition, NO_RECORDS)
  }
  const limit = Math.min(bytesMax, asked.bytesMax)
  for (let from = asked.fetchOffset; ; ) {
    const result = partition.log.read(from, upTo, Math.max(0, limit), atLeastOne)
    if (!('records' in result)) return refusedRead(result.code)
    const next = isReplica ? undefined : endOfEmptyBatches(result.records)
    if (next === undefined) return answered(partition, result.records)
    from = next
  }
}

/**
 * Where to read on when no batch of the run holds a record: compaction leaves such batches, and a
 * client that gets nothing else (kafkajs is one) asks for the same place for ever.
 */
function endOfEmptyBatches(records: Buffer): bigint | undefined {
  let end: bigint | undefined
  for (let at = 0; at < records.length; at += batchBytes(records, at)) {
    if (recordCount(records, at) > 0) return undefined
    end = lastOffset(records, at) + 1n
  }
  return end
}

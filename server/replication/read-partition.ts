// What one partition answers to one fetch: checks in Kafka's order, then at most one run of
// bytes. For a follower it also finds where the two logs part (KIP-595) and notes its progress.

import { ErrorCode } from '../protocol/errors.ts'
import { batchBytes, lastOffset, recordCount } from '../records/batch.ts'
import type { Partition } from './partition.ts'
import type { ReplicationThrottle } from './replication-throttle.ts'

/** The follower that fetches; absent for consumers. */
export interface FetchingReplica {
  brokerId: number
  /** -1n before Fetch version 15. */
  brokerEpoch: bigint
}

/** Who reads, and by which rules. */
export interface Reader {
  replica: FetchingReplica | undefined
  /** A consumer that followers serve too (KIP-392): Fetch version 11 and later. */
  readsFromFollowers: boolean
  /** Of a follower: how much it may be given of partitions in which it is not in sync. */
  throttle?: ReplicationThrottle | undefined
  /** The replica that it had better ask; -1 for this one. Asked on leaders only. */
  preferredReplica?: ((partition: Partition, fetchOffset: bigint) => number) | undefined
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
  /** Where a consumer had better read; -1: here. Nothing is read then. */
  preferredReadReplica: number
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
    preferredReadReplica: -1,
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
    preferredReadReplica: -1,
    records,
  }
}

/**
 * Everything that must hold before bytes are read, and a follower's progress. Once for a
 * request; a request that waited goes straight to `readRecords`. undefined: read on.
 */
export function admitRead(asked: PartitionToRead, reader: Reader): PartitionRead | undefined {
  const { partition } = asked
  if (partition === undefined) return refusedRead(asked.code)
  const refused = checkReadable(partition, asked, reader)
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
  const { replica } = reader
  if (replica === undefined) return redirected(partition, asked.fetchOffset, reader)
  const code = partition.noteFollowerFetch(
    replica.brokerId,
    replica.brokerEpoch,
    asked.fetchOffset,
    asked.logStartOffset,
  )
  return code === ErrorCode.NONE ? undefined : refusedRead(code)
}

function checkReadable(partition: Partition, asked: PartitionToRead, reader: Reader): number {
  return reader.readsFromFollowers
    ? partition.checkServes(asked.currentLeaderEpoch)
    : partition.checkLeads(asked.currentLeaderEpoch)
}

/** What a consumer that has a nearer replica is answered. */
function redirected(
  partition: Partition,
  fetchOffset: bigint,
  { preferredReplica }: Reader,
): PartitionRead | undefined {
  if (preferredReplica === undefined || !partition.isLeader) return undefined
  const preferredReadReplica = preferredReplica(partition, fetchOffset)
  if (preferredReadReplica < 0) return undefined
  return { ...answered(partition, NO_RECORDS), preferredReadReplica }
}

/** Whether reading would answer anything but "nothing yet". */
export function hasNewRecords(asked: PartitionToRead, reader: Reader): boolean {
  const { partition } = asked
  if (partition === undefined) return true
  if (checkReadable(partition, asked, reader) !== ErrorCode.NONE) return true
  return asked.fetchOffset < readableEnd(partition, reader) && throttledBytes(partition, reader) > 0
}

/** What the throttle leaves of the partition for this reader; Infinity when it is none of its. */
function throttledBytes(partition: Partition, { replica, throttle }: Reader): number {
  const isHeldBack =
    throttle !== undefined &&
    replica !== undefined &&
    partition.isThrottledAs('leader') &&
    !partition.isInSync(replica.brokerId)
  return isHeldBack ? throttle.available() : Number.POSITIVE_INFINITY
}

/** Whether there is something to read that the throttle does not give out now. */
export function isHeldBack({ partition, fetchOffset }: PartitionToRead, reader: Reader): boolean {
  return (
    reader.throttle !== undefined &&
    partition !== undefined &&
    fetchOffset < readableEnd(partition, reader) &&
    throttledBytes(partition, reader) <= 0
  )
}

/** The rows are answered: what they hold of throttled partitions counts. */
export function chargeThrottle(
  rows: readonly { asked: PartitionToRead; read: PartitionRead }[],
  { throttle }: Reader,
): void {
  if (throttle === undefined) return
  for (const { asked, read } of rows) {
    if (asked.partition?.isThrottledAs('leader')) throttle.note(read.records.length)
  }
}

function readableEnd(partition: Partition, { replica }: Reader): bigint {
  return replica === undefined ? partition.highWatermark : partition.log.logEndOffset
}

/** Reads what there is now. `bytesMax` 0 reads nothing, unless `atLeastOne` batch must come. */
export function readRecords(
  asked: PartitionToRead,
  reader: Reader,
  bytesMax: number,
  atLeastOne: boolean,
): PartitionRead {
  const { partition } = asked
  if (partition === undefined) return refusedRead(asked.code)
  // The leadership may have ended while the request waited.
  const refused = checkReadable(partition, asked, reader)
  if (refused !== ErrorCode.NONE) return refusedRead(refused)
  const upTo = readableEnd(partition, reader)
  if (asked.fetchOffset >= upTo || (bytesMax <= 0 && !atLeastOne)) {
    return answered(partition, NO_RECORDS)
  }
  const allowed = throttledBytes(partition, reader)
  if (allowed <= 0) return answered(partition, NO_RECORDS)
  const limit = Math.min(bytesMax, asked.bytesMax, allowed)
  for (let from = asked.fetchOffset; ; ) {
    const result = partition.log.read(from, upTo, Math.max(0, limit), atLeastOne)
    if (!('records' in result)) return refusedRead(result.code)
    const next = reader.replica !== undefined ? undefined : endOfEmptyBatches(result.records)
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

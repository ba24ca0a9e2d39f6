// What a log offers to those who keep one: the leader's and the follower's appends, reads,
// look-ups by time and epoch, truncation. `log.ts` implements it.

import { ErrorCode, type ErrorName } from '../protocol/errors.ts'
import type { DiskError } from '../runtime/runtime.ts'

/** A topic's settings as far as its logs obey them. Sizes in bytes, times in milliseconds. */
export interface LogConfig {
  segmentBytes: number
  segmentMs: number
  segmentJitterMs: number
  segmentIndexBytes: number
  indexIntervalBytes: number
  maxMessageBytes: number
  /** The codec that batches are kept in; 'producer' keeps what was sent. */
  compressionType: 'producer' | 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  /** Of that codec; undefined for its default. */
  compressionLevel: number | undefined
  messageTimestampType: 'CreateTime' | 'LogAppendTime'
  messageTimestampBeforeMaxMs: number
  messageTimestampAfterMaxMs: number
  flushMessages: number
  flushMs: number
  /** cleanup.policy; both, one or none. */
  deletes: boolean
  compacts: boolean
  /** Below 0: for ever. */
  retentionMs: number
  /** Below 0: without limit. */
  retentionBytes: number
  fileDeleteDelayMs: number
  deleteRetentionMs: number
  minCompactionLagMs: number
  maxCompactionLagMs: number
  minCleanableDirtyRatio: number
}

/** What the log throws where its caller asked for no answer: damaged or unfitting data. */
export class LogFault extends Error {
  /** Kafka's error code. */
  readonly code: number
  constructor(name: ErrorName, message: string) {
    super(message)
    this.name = 'LogFault'
    this.code = ErrorCode[name]
  }
}

/**
 * `code` is Kafka's error code, 0 for none. Refused appends leave the log as it was. After
 * KAFKA_STORAGE_ERROR the whole log directory is offline.
 */
export type AppendResult =
  | {
      code: 0
      firstOffset: bigint
      lastOffset: bigint
      /** -1n with CreateTime. */
      logAppendTime: bigint
      /** The batch was in the log already (an idempotent producer sent it again). */
      duplicate: boolean
    }
  | { code: number; message: string; recordFaults?: RecordFault[] }

/** Why one record makes its batch be refused. */
export interface RecordFault {
  /** Of the record in its batch. */
  index: number
  message: string
}

export type ReadResult =
  | {
      code: 0
      /** Whole batches, the first of which may begin before the offset asked for. */
      records: Buffer
    }
  /**
   * OFFSET_OUT_OF_RANGE: below logStartOffset or above logEndOffset. KAFKA_STORAGE_ERROR: the
   * disk failed. CORRUPT_MESSAGE: what is stored there is damaged.
   */
  | { code: number; message: string }

export interface PartitionLog {
  readonly topicId: string
  /** First offset that readers may see. */
  readonly logStartOffset: bigint
  /** Offset that the next record gets. */
  readonly logEndOffset: bigint
  /**
   * What lies before it may be acknowledged: everything, except while flush.messages asks for a
   * sync of the device that is still under way.
   */
  readonly acknowledgeableEnd: bigint
  /**
   * Called when `acknowledgeableEnd` has moved without an append, or, with KAFKA_STORAGE_ERROR,
   * when it never will.
   */
  onAcknowledgeable: ((code: number) => void) | undefined
  /** Bytes of all segments. */
  readonly sizeBytes: number
  /** Its disk has failed, and with it every log of the directory. */
  readonly isOffline: boolean
  /** Newest epoch that wrote here or began to (`beginEpoch`); -1 for none. */
  readonly latestEpoch: number

  configure(config: LogConfig): void

  /**
   * Checks and appends what a producer or a coordinator sent: one or several batches of magic 2.
   * Writes base offset, leader epoch (and LogAppendTime) into `records` itself.
   */
  appendAsLeader(
    records: Buffer,
    leaderEpoch: number,
    origin: 'client' | 'coordinator',
  ): AppendResult

  /**
   * Appends what the leader sent, offsets and all; a last batch that is cut short is left out.
   * Throws LogFault when it is damaged or does not continue the log, DiskError when the disk
   * fails; the log is as it was then.
   */
  appendAsFollower(records: Buffer): void

  /**
   * Reads whole batches from the one that holds `from` on, none of which begins at or after
   * `upTo`. At most `bytesMax`, but with `atLeastOne` always the first batch whole.
   */
  read(from: bigint, upTo: bigint, bytesMax: number, atLeastOne: boolean): ReadResult

  /** First record with a timestamp at or after `timestamp`, below `upTo`. */
  offsetForTime(
    timestamp: bigint,
    upTo: bigint,
  ): { offset: bigint; timestamp: bigint; leaderEpoch: number } | undefined
  /** The record with the largest timestamp (ListOffsets -3), below `upTo`. */
  offsetOfMaxTimestamp(
    upTo: bigint,
  ): { offset: bigint; timestamp: bigint; leaderEpoch: number } | undefined

  /** The largest epoch at or below `epoch` and the offset where it ends (KIP-101); -1 for none. */
  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: bigint }
  /** Notes that a leader of this epoch starts writing here. */
  beginEpoch(epoch: number): void

  /**
   * Removes everything at and after `offset`, whole batches always: where `offset` lies inside
   * a batch, the batch goes and `logEndOffset` is its base offset.
   */
  truncateTo(offset: bigint): void
  /**
   * Hides everything before `offset` from readers; segments that hold nothing else go in the
   * background. Does nothing when the log begins there or later; `offset` is within the log.
   */
  advanceLogStartOffset(offset: bigint): void
  /**
   * Deletes the segments that have served their time or lie before the log's start, none at or
   * after `stableEnd`. Background work does it for the logs of a directory that is maintained.
   */
  enforceRetention(stableEnd: bigint): Promise<void>
  /** Empties the log; the next record gets `offset`. */
  restartAt(offset: bigint): void

  /** Resolves when everything appended before the call is on the device. */
  flush(): Promise<void>
  /** Flushes and closes; the log can be opened again without recovery. */
  close(): Promise<void>
}

/** What the background work on the logs needs of the broker around them. */
export interface MaintenanceSettings {
  /**
   * Offset before which nothing of the log will ever be taken back; undefined while no partition
   * is served from it. Only what lies before it is deleted or compacted.
   */
  stableEnd(topic: string, partition: number): bigint | undefined
  // Read anew for each round.
  retentionCheckMs(): number
  cleanerBackOffMs(): number
  /** For the map of keys of a compaction. */
  cleanerMapBytesMax(): number
  cleanerBytesPerSecondMax(): number
}

/** The logs of one broker's data folder: opened together, closed together, checkpointed together. */
export interface LogDirectory {
  /** The error that put the directory offline; appends answer KAFKA_STORAGE_ERROR from then on. */
  readonly offline: DiskError | undefined
  /**
   * Resolves when the device knows that the logs are in use, and would not take a crash for a stop
   * in order. Nothing is to be written to them before. Rejects with DiskError.
   */
  readonly whenTaken: Promise<void>
  /** Every log that was found, by `topic-partition`. */
  logs(): Iterable<{ topic: string; partition: number; log: PartitionLog }>
  get(topic: string, partition: number): PartitionLog | undefined
  /** Throws DiskError, also when the directory is offline. */
  create(topic: string, partition: number, topicId: string, config: LogConfig): PartitionLog
  /** Takes the log out at once; its files go in the background. */
  delete(topic: string, partition: number): void
  /** High watermarks kept over a restart (replication-offset-checkpoint). */
  savedHighWatermark(topic: string, partition: number): bigint | undefined
  saveHighWatermarks(
    all: Iterable<{ topic: string; partition: number; highWatermark: bigint }>,
  ): void
  /** Begins the background work: retention and compaction. Ends with `close`. */
  maintain(settings: MaintenanceSettings): void
  /** Flushes all logs, writes checkpoints and the clean-shutdown marker, gives up the lock. */
  close(): Promise<void>
}

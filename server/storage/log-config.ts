// What a log keeps to when its topic says nothing else: Kafka's defaults.

import type { LogConfig } from './types.ts'

const HOUR_MS = 60 * 60 * 1000

export const DEFAULT_LOG_CONFIG: LogConfig = {
  segmentBytes: 1024 * 1024 * 1024,
  segmentMs: 7 * 24 * HOUR_MS,
  segmentJitterMs: 0,
  segmentIndexBytes: 10 * 1024 * 1024,
  indexIntervalBytes: 4096,
  maxMessageBytes: 1_048_588,
  compressionType: 'producer',
  compressionLevel: undefined,
  messageTimestampType: 'CreateTime',
  messageTimestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  messageTimestampAfterMaxMs: HOUR_MS,
  flushMessages: Number.POSITIVE_INFINITY,
  flushMs: Number.POSITIVE_INFINITY,
  deletes: true,
  compacts: false,
  retentionMs: 7 * 24 * HOUR_MS,
  retentionBytes: -1,
  fileDeleteDelayMs: 60_000,
  deleteRetentionMs: 24 * HOUR_MS,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.POSITIVE_INFINITY,
  minCleanableDirtyRatio: 0.5,
}

// What a stop in order writes down about the logs of a directory, so that the next start need not
// look into their files: one file for all of them, in a form of our own.
//
//   int16 version 1 · uint32 CRC-32C of what follows it · the logs (logSummaries)
//
// It counts only together with the marker of a stop in order, is removed with it, and what it says
// about a log only while the folder looks as it did then (summarized-log.ts). Kafka passes over it.

import { decode, encode } from '../protocol/codec.ts'
import {
  type DataOf,
  data,
  int32,
  int64,
  listOf,
  string,
  struct,
  uint32,
  uuid,
} from '../protocol/definition.ts'
import { DecodeError } from '../protocol/reader.ts'
import { crc32c } from '../records/crc32c.ts'

const VERSION = 1
const VERSION_BYTES = 2
const HEADER_BYTES = 6

const logSummaries = data(
  -1,
  '1',
  {},
  {
    crc: uint32(),
    logs: listOf(
      struct({
        topic: string(),
        partition: int32(),
        topicId: uuid(),
        logEndOffset: int64(),
        epochs: listOf(struct({ epoch: int32(), startOffset: int64() })),
        segments: listOf(
          struct({
            baseOffset: int64(),
            logBytes: int32(),
            offsetIndexBytes: int32(),
            timeIndexBytes: int32(),
            /** -1 for none. */
            largestTimestamp: int64(),
            /** Last offset, from the base offset, of the batch that has it. */
            largestTimestampAt: int32(),
          }),
        ),
      }),
    ),
  },
)

export type LogSummary = DataOf<typeof logSummaries>['logs'][number]
export type SegmentSummary = LogSummary['segments'][number]

export function serializeSummaries(logs: readonly LogSummary[]): Buffer {
  const body = encode(logSummaries, VERSION, { crc: 0, logs })
  const file = Buffer.alloc(VERSION_BYTES + body.length)
  file.writeInt16BE(VERSION)
  body.copy(file, VERSION_BYTES)
  file.writeUInt32BE(crc32c(file.subarray(HEADER_BYTES)), VERSION_BYTES)
  return file
}

/** Undefined when the content is damaged. */
export function parseSummaries(content: Buffer): LogSummary[] | undefined {
  if (content.length < HEADER_BYTES || content.readInt16BE(0) !== VERSION) return undefined
  if (content.readUInt32BE(VERSION_BYTES) !== crc32c(content.subarray(HEADER_BYTES))) {
    return undefined
  }
  try {
    return decode(logSummaries, VERSION, content.subarray(VERSION_BYTES)).logs
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

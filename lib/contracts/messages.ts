// Messages: the query, the records, and the stream in which they arrive.
//
// A page of messages is one window per partition. Its cursors name the window's two edges, so
// that the page before and the page after can be asked for from any link, also after a restart,
// and every record stands on exactly one page:
//
//   older edge = the lowest offset shown (inclusive)       `older` cursor reads below it
//   newer edge = the highest offset shown + 1 (exclusive)  `newer` cursor reads from it on
//
// Within a page records are merged over the partitions by timestamp, but never out of offset
// order within a partition, so windows stay contiguous whatever the timestamps are.

import { z } from 'zod'
import { int64, problem } from './common.ts'

export const startPosition = z
  .string()
  .max(100)
  .regex(
    /^(newest|oldest|offset:\d{1,19}|time:(\d{1,15}|\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?))$/,
    'Start is newest, oldest, offset:N, or time:T with T in milliseconds since 1970 or ISO 8601',
  )
  .meta({ description: 'newest | oldest | offset:N | time:T' })

export const partitionSet = z
  .string()
  .max(10_000)
  .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/, 'Partitions are numbers and ranges, as in 0,3-5')
  .meta({ description: 'Partitions and ranges of them: 0,3-5. All when absent.' })

/** `older` or `newer`, then per partition the edge: older:0-120,1-88 */
export const pageCursor = z
  .string()
  .max(300_000)
  .regex(/^(older|newer):\d+-\d{1,19}(,\d+-\d{1,19})*$/, 'Not a page cursor')

export const messagesQuery = z.object({
  from: startPosition.default('newest'),
  partitions: partitionSet.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  /** Continues a page; `from` then only says in which order the page is shown. */
  cursor: pageCursor.optional(),
})
export type MessagesQuery = z.output<typeof messagesQuery>

export const payload = z
  .object({
    /** Bytes on the wire. */
    size: z.number().int(),
    /** 'json', 'confluent', 'text', 'int64', 'hex', 'empty', …: lib/decode has them all. */
    decoder: z.string(),
    /** The value as text. JSON is the original text, so that no number is harmed. */
    text: z.string(),
    /** `text` is only the beginning; the whole is at the record's own address. */
    truncated: z.boolean(),
    /** Decoders that were tried before, each with its reason for saying no. */
    refused: z.array(z.object({ decoder: z.string(), reason: z.string() })),
    /** The schema it was read by, where it was one. */
    schema: z
      .object({
        type: z.enum(['AVRO', 'PROTOBUF', 'JSON']),
        id: z.number().int().nullable(),
        name: z.string().nullable(),
        subject: z.string().nullable(),
        version: z.number().int().nullable(),
      })
      .optional(),
    /** What was undone before: gzip. */
    wrappings: z.array(z.string()).optional(),
  })
  .meta({ id: 'Payload' })
export type Payload = z.infer<typeof payload>

export const record = z
  .object({
    partition: z.number().int(),
    offset: int64,
    /** Milliseconds since 1970; -1 for none. */
    timestamp: int64,
    timestampType: z.enum(['CreateTime', 'LogAppendTime']),
    /** Null is a null key, not an empty one. */
    key: payload.nullable(),
    /** Null is a tombstone. */
    value: payload.nullable(),
    headers: z.array(z.object({ key: z.string(), value: payload.nullable() })),
    batch: z.object({
      baseOffset: int64,
      bytes: z.number().int(),
      records: z.number().int(),
      codec: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd', 'unknown']),
      leaderEpoch: z.number().int(),
      producerId: int64,
      producerEpoch: z.number().int(),
      baseSequence: z.number().int(),
      transactional: z.boolean(),
    }),
  })
  .meta({ id: 'Record' })
export type KafkaRecord = z.infer<typeof record>

/** One partition's window and bounds at the time of reading. */
export const partitionCoverage = z.object({
  partition: z.number().int(),
  startOffset: int64,
  endOffset: int64,
  /** First offset of the window shown, and the one after its last; equal when it is empty. */
  from: int64,
  to: int64,
})
export type PartitionCoverage = z.infer<typeof partitionCoverage>

/** A line of the NDJSON stream that answers a messages query. Records come in display order. */
export const messagesLine = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('record'), record }),
    z.object({
      type: z.literal('end'),
      /** Cursors for the neighbouring pages; null where there is nothing further. */
      older: z.string().nullable(),
      newer: z.string().nullable(),
      partitions: z.array(partitionCoverage),
      elapsedMs: z.number(),
      bytesRead: z.number(),
    }),
    z.object({ type: z.literal('problem'), problem }),
  ])
  .meta({ id: 'MessagesLine' })
export type MessagesLine = z.infer<typeof messagesLine>

export const recordQuery = z.object({
  /** Give the whole payload as text, up to the server's limit, instead of its beginning. */
  whole: z.enum(['true', 'false']).default('false'),
})

/** `part=key` or `part=value`: the bytes themselves, as a download. */
export const recordRawQuery = z.object({
  part: z.enum(['key', 'value']),
})

export const tailQuery = z.object({
  partitions: partitionSet.optional(),
  /** Most records per second that are sent; the rest is counted. */
  rate: z.coerce.number().int().min(1).max(200).default(40),
})

/** An event of the live tail (SSE, one JSON document per event). */
export const tailEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('record'), record }),
    /** Once a second: how many arrived and how many of them were shown since the last one. */
    z.object({ type: z.literal('rate'), arrived: z.number().int(), shown: z.number().int() }),
    z.object({ type: z.literal('problem'), problem }),
  ])
  .meta({ id: 'TailEvent' })
export type TailEvent = z.infer<typeof tailEvent>

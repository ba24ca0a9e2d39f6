// Search: a query over one or several topics, the stream of what it finds, and the way to steer it.
//
// The order of the matches is promised: within a partition that of the offsets (or its reverse,
// newest first), and over partitions and topics a merge by timestamp that never breaks it. Of two
// heads with the same time the one of the earlier topic by name, then the lower partition, is first.
// Where the timestamps of a partition go back, a late record keeps its place behind what stands
// before it; batches without a match count there by the time in their header.
//
// Newest goes down to `until`, every other start goes up to it; `until` itself is not included
// going up. Only what is committed is shown: no markers, no records of aborted transactions.
// A page that a cursor asks for is shown in the order of `from`; pages of one query show every
// match exactly once.
//
// A search covers, per partition, the range from `from` to `to` as they stood when it began. What
// was covered is told per partition; `end` says whether everything was, or why not.

import { z } from 'zod'
import { int64, problem, topicName } from './common.ts'
import { partitionSet, record } from './messages.ts'
import { subjectName } from './schemas.ts'

/** Names separated by commas, in which `*` stands for any characters: orders,orders.dlq,billing-* */
export const topicSelection = z
  .string()
  .min(1)
  .max(10_000)
  .regex(
    /^[a-zA-Z0-9._*-]+(,[a-zA-Z0-9._*-]+)*$/,
    'Topics are names separated by commas; * stands for any characters',
  )

const timePattern =
  '(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}(T[\\d:.]+(Z|[+-]\\d{2}:\\d{2})?)?|-\\d{1,9}(ms|s|m|h|d|w))'

/** newest, oldest, offset:N, time:T with T absolute or relative (-15m, -1h, -7d), group:NAME. */
export const searchStart = z
  .string()
  .max(33_000)
  .regex(
    new RegExp(`^(newest|oldest|offset:\\d{1,19}|time:${timePattern}|group:.+)$`, 's'),
    'Start is newest, oldest, offset:N, time:T (a time, or -15m, -1h, -7d) or group:NAME',
  )

/** now: what is there when the search begins; never: goes on with what arrives. */
export const searchEnd = z
  .string()
  .max(100)
  .regex(
    new RegExp(`^(now|never|offset:\\d{1,19}|time:${timePattern})$`),
    'End is now, never, offset:N or time:T',
  )

/** `older` or `newer`, then per topic and partition the edge: newer:orders-0-120,orders-1-88 */
export const searchCursor = z
  .string()
  .max(300_000)
  .regex(
    /^(older|newer):[a-zA-Z0-9._-]+-\d+-\d{1,19}(,[a-zA-Z0-9._-]+-\d+-\d{1,19})*$/,
    'Not a page cursor',
  )

export const searchQuery = z.object({
  topics: topicSelection,
  from: searchStart.default('newest'),
  until: searchEnd.default('now'),
  partitions: partitionSet.optional(),
  /** A condition as lib/query reads it; everything matches when it is empty. */
  match: z.string().max(20_000).default(''),
  /** Matches after which the search ends. */
  limit: z.coerce.number().int().min(1).max(100_000).default(50),
  cursor: searchCursor.optional(),
  /**
   * With `until` never: of what arrives, at most so many matches a second are shown, an even sample;
   * lines of type "rate" count them all. When absent every match is shown.
   */
  rate: z.coerce.number().int().min(1).max(1_000).optional(),
})
export type SearchQuery = z.output<typeof searchQuery>

/** What of one partition a search is to cover, and has covered: [from, to) in offsets. */
export const searchCoverage = z
  .object({
    topic: z.string(),
    partition: z.number().int(),
    from: int64,
    /** Null while `until` is never. */
    to: int64.nullable(),
    /** How far it has come: from `from` upwards, or from `to` downwards when newest first. */
    position: int64,
    matches: z.number().int(),
    /** Why the partition cannot be covered to its end, when it cannot. */
    problem: problem.optional(),
  })
  .meta({ id: 'SearchCoverage' })
export type SearchCoverage = z.infer<typeof searchCoverage>

export const searchProgress = z.object({
  recordsExamined: z.number().int(),
  bytesExamined: z.number().int(),
  matches: z.number().int(),
  elapsedMs: z.number(),
  recordsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  /** Null while it cannot be told. */
  remainingMs: z.number().nullable(),
  paused: z.boolean(),
  partitions: z.array(searchCoverage),
})
export type SearchProgress = z.infer<typeof searchProgress>

/** A line of the NDJSON stream that answers a search. */
export const searchLine = z
  .discriminatedUnion('type', [
    /** First, with the id by which the search is steered. */
    z.object({
      type: z.literal('began'),
      id: z.string(),
      topics: z.array(z.string()),
      partitions: z.array(searchCoverage),
    }),
    z.object({ type: z.literal('record'), topic: z.string(), record }),
    /** At most four a second. */
    z.object({ type: z.literal('progress'), progress: searchProgress }),
    /** Something that does not end the search, such as a script that failed on some records. */
    z.object({ type: z.literal('problem'), problem }),
    /**
     * With a `rate`, once a second while it goes on with what arrives, since the last such line:
     * how many records arrived, how many of them were examined (fewer when they come faster than
     * they can be), how many matched, and how many of those were shown.
     */
    z.object({
      type: z.literal('rate'),
      arrived: z.number().int(),
      examined: z.number().int(),
      matched: z.number().int(),
      shown: z.number().int(),
    }),
    z.object({
      type: z.literal('end'),
      /** covered: everything; limit: enough matches; stopped: by the reader; partial: see the partitions' problems. */
      reason: z.enum(['covered', 'limit', 'stopped', 'partial']),
      progress: searchProgress,
      older: z.string().nullable(),
      newer: z.string().nullable(),
    }),
  ])
  .meta({ id: 'SearchLine' })
export type SearchLine = z.infer<typeof searchLine>

export const searchSteerBody = z.object({ action: z.enum(['pause', 'resume', 'stop']) })

/** Fields seen in recent records, and those that their schemas have, for completion and the form. */
export const fieldList = z
  .object({
    records: z.number().int(),
    fields: z.array(
      z.object({
        /** As lib/query writes paths: value.items[].sku */
        path: z.string(),
        types: z.array(z.string()),
        /** Share of the sampled records that have it, 0 to 1. */
        share: z.number(),
        examples: z.array(z.string().max(200)).max(5),
      }),
    ),
    /** What the schemas of key and value have, whether a recent record has it or not. */
    declared: z.array(
      z.object({
        path: z.string(),
        /** For people, as the schema has it. */
        type: z.string(),
        doc: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'FieldList' })
export type FieldList = z.infer<typeof fieldList>

export const exportFormat = z.enum(['ndjson', 'csv', 'raw', 'avro', 'parquet'])
export type ExportFormat = z.output<typeof exportFormat>

export const exportQuery = searchQuery.omit({ limit: true, cursor: true, rate: true }).extend({
  /**
   * ndjson: every record as a `fileRecord`. raw: the bytes of every value, each followed by a
   * line feed; tombstones leave nothing. avro: an Avro container file, parquet: a Parquet file,
   * both with key and value as columns by their schemas where recent records name some; what
   * does not fit stands in columns of its own, as bytes with the reason. A file that could not be completed breaks off: the
   * connection is cut, so that a browser or program sees that the download failed.
   */
  format: exportFormat.default('ndjson'),
  /** CSV: paths as lib/query writes them; partition, offset, timestamp, key, value when absent. */
  columns: z.string().max(10_000).optional(),
  limit: z.coerce.number().int().min(1).optional(),
  /** Of the blocks of an Avro file. */
  compression: z.enum(['deflate', 'null']).default('deflate'),
})
export type ExportQuery = z.output<typeof exportQuery>

/**
 * A line of an NDJSON export, and of an import with lines=records: one record, byte for byte.
 * A payload is a text when its bytes are UTF-8, else an object with the bytes as base64; null is
 * null. Import also takes hex, and works out what is left out as `recordInput` does; it keeps
 * `partition` only when it is told to, and never looks at `topic` and `offset`.
 */
export const filePayload = z
  .union([z.string(), z.object({ encoding: z.enum(['text', 'base64', 'hex']), data: z.string() })])
  .nullable()

export const fileRecord = z
  .object({
    topic: z.string().optional(),
    partition: z.number().int().min(0).optional(),
    offset: int64.optional(),
    timestamp: z.union([int64, z.number().int()]).optional(),
    key: filePayload.optional(),
    value: filePayload,
    headers: z.array(z.object({ key: z.string(), value: filePayload })).optional(),
  })
  .meta({ id: 'FileRecord' })
export type FileRecord = z.infer<typeof fileRecord>

/** A payload to send: text as UTF-8, or bytes as base64 or hex; null for none. */
export const payloadInput = z
  .object({ encoding: z.enum(['text', 'base64', 'hex']).default('text'), data: z.string() })
  .nullable()

export type PayloadInput = z.output<typeof payloadInput>

/** A key or value to send, written by a schema of the registry, in Confluent's wire format. */
export const schemaPayload = z.object({
  encoding: z.literal('schema'),
  /** JSON: what the schema says, in the form in which decoded payloads are shown. */
  data: z.string(),
  subject: subjectName,
  /** The latest when absent. */
  version: z.number().int().min(1).optional(),
  /** Of a Protobuf file, which one by its full name; the first when absent. */
  message: z.string().max(1_000).optional(),
})
export type SchemaPayload = z.output<typeof schemaPayload>

export const recordInput = z
  .object({
    /** By the key's hash, as Kafka's clients choose, when absent. */
    partition: z.number().int().min(0).optional(),
    /** Milliseconds since 1970; now when absent. */
    timestamp: int64.optional(),
    key: z.union([payloadInput, schemaPayload]).default(null),
    /** Null is a tombstone. */
    value: z.union([payloadInput, schemaPayload]),
    headers: z
      .array(z.object({ key: z.string().max(10_000), value: payloadInput }))
      .max(1000)
      .default([]),
  })
  .meta({ id: 'RecordInput' })
export type RecordInput = z.input<typeof recordInput>

export const produceBody = z
  .object({
    records: z.array(recordInput).min(1).max(1000),
    codec: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'),
    /** Check everything, send nothing. */
    validateOnly: z.boolean().default(false),
  })
  .meta({ id: 'Produce' })
export type ProduceBody = z.input<typeof produceBody>

export const produceResult = z
  .object({
    validateOnly: z.boolean(),
    /**
     * In the order of the request. `offset` is null when it was only a preview, and for a record
     * that was refused, with its problem. When no record was taken the answer is an error instead.
     */
    records: z.array(
      z.object({
        partition: z.number().int(),
        offset: int64.nullable(),
        problem: problem.optional(),
      }),
    ),
    /** The command that does the same, where there is one. */
    command: z.string().nullable(),
  })
  .meta({ id: 'ProduceResult' })
export type ProduceResult = z.infer<typeof produceResult>

/** Sends a record again, byte for byte with its headers, to the same or another topic. */
export const resendBody = z
  .object({
    from: z.object({ topic: topicName, partition: z.number().int().min(0), offset: int64 }),
    partition: z.number().int().min(0).optional(),
    keepTimestamp: z.boolean().default(false),
  })
  .meta({ id: 'Resend' })

export const importQuery = z.object({
  format: z.enum(['ndjson', 'csv']),
  /** Read and check every line, send nothing. */
  dryRun: z.enum(['true', 'false']).default('false'),
  /**
   * CSV, whose first row names the columns: the one that is the key; the whole row as JSON is the
   * value unless valueColumn is given. In both, nothing between two commas is null, "" is empty.
   */
  keyColumn: z.string().max(1000).optional(),
  valueColumn: z.string().max(1000).optional(),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
  /** NDJSON: 'records' are lines as the export writes them, 'values' are values alone. */
  lines: z.enum(['records', 'values']).default('values'),
  /** Lines before this one are passed over: to go on where an import broke off. */
  fromLine: z.coerce.number().int().min(1).default(1),
  /** Lines of records go to the partitions that they name, not to those of their keys. */
  keepPartitions: z.enum(['true', 'false']).default('false'),
  codec: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'),
})
export type ImportQuery = z.output<typeof importQuery>

/** A line of the NDJSON stream that answers an import. */
export const importLine = z
  .discriminatedUnion('type', [
    /** At most four a second. */
    z.object({
      type: z.literal('progress'),
      lines: z.number().int(),
      bytes: z.number().int(),
      accepted: z.number().int(),
      sent: z.number().int(),
      refused: z.number().int(),
    }),
    /** The first thousand of them one by one; all are counted. */
    z.object({
      type: z.literal('refused'),
      line: z.number().int(),
      reason: z.string(),
      text: z.string().max(500),
    }),
    z.object({
      type: z.literal('end'),
      dryRun: z.boolean(),
      lines: z.number().int(),
      accepted: z.number().int(),
      sent: z.number().int(),
      refused: z.number().int(),
      /** Why it ended before the file did. */
      problem: problem.optional(),
      /** Then the first line that was neither sent nor refused: `fromLine` to go on. */
      nextLine: z.number().int().nullable(),
    }),
  ])
  .meta({ id: 'ImportLine' })
export type ImportLine = z.infer<typeof importLine>

/** A query with a name, kept on the server; `link` is a path of this console. */
export const savedQuery = z
  .object({
    id: z.string().max(64),
    name: z.string().min(1).max(200),
    link: z
      .string()
      .min(1)
      .max(60_000)
      .regex(/^\/[^/\\]/, 'A link is a path of this console'),
    createdAt: int64,
  })
  .meta({ id: 'SavedQuery' })
export type SavedQuery = z.infer<typeof savedQuery>
export const savedQueryBody = savedQuery.pick({ name: true, link: true })
export const savedQueryList = z.object({ queries: z.array(savedQuery) })

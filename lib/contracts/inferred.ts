// What recent records of a topic have in them, told as a schema tells it: fields with their types,
// how often they are null or missing, ranges, distinct values. It is inferred from a sample, and
// exact for that sample: every count is of the records that were looked at.

import { z } from 'zod'
import { int64 } from './common.ts'
import { payload } from './messages.ts'

const count = z.number().int().min(0)
/** `more`: there are more than `count`; how many was not kept. */
const distinct = z.object({ count, more: z.boolean() })
/** Texts as they stand in the data. */
const range = z.object({ min: z.string(), max: z.string() })
const lengths = z.object({ min: count, max: count })

export const valueType = z.enum([
  'null',
  'boolean',
  'integer',
  'number',
  'text',
  'bytes',
  'object',
  'list',
])
export type ValueType = z.infer<typeof valueType>

export const inferredField = z
  .object({
    /** As lib/query writes paths, `value.items[].sku`; names that were folded are `*`. */
    path: z.string(),
    /** The last step alone; empty for the whole payload. */
    name: z.string(),
    depth: count,
    /** In how many places it could have been: the objects around it, or the payloads. */
    places: count,
    /** In how many of them it is, null or not. Elements of lists, folded names: how many there are. */
    present: count,
    /** The most frequent first. */
    types: z.array(z.object({ type: valueType, count })),
    /** Texts without a character. */
    empty: count,
    /** Of numbers, exact. */
    numbers: range.nullable(),
    /** Of texts that are dates or times, and of integers that look like milliseconds or seconds. */
    times: range.nullable(),
    /** Characters of texts. */
    characters: lengths.nullable(),
    /** Elements of lists. */
    elements: lengths.nullable(),
    /** What the texts, or integers, look like; `count` of them do. */
    format: z.object({ name: z.string(), count }).nullable(),
    distinct: distinct.nullable(),
    /** The most frequent values where there are few enough to count; cut to a length. */
    top: z.array(z.object({ value: z.string(), count })),
    /** Some values otherwise; cut to a length. */
    examples: z.array(z.string()),
    /** Of an object whose names are data rather than fields: how many names, and some of them. */
    names: z.object({ ...distinct.shape, examples: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'InferredField' })
export type InferredField = z.infer<typeof inferredField>

export const inferredPart = z
  .object({
    /** Records without it: a null key, a tombstone. */
    nulls: count,
    /** Records in which it is too large to be looked into. */
    large: count,
    decoders: z.array(z.object({ name: z.string(), count })),
    /** The schemas by which it was read. */
    schemas: z.array(z.object({ schema: payload.shape.schema.unwrap(), count })),
    fields: z.array(inferredField),
    /** Values that stood in fields beyond those that are told. */
    untold: count,
    /** Elements of long lists that were not looked at. */
    skipped: count,
  })
  .meta({ id: 'InferredPart' })
export type InferredPart = z.infer<typeof inferredPart>

export const inferredSchema = z
  .object({
    /** Where the sample was taken from: the newest records. */
    sample: z.object({
      records: count,
      /** Milliseconds since 1970 of the oldest and of the newest; null without records. */
      from: int64.nullable(),
      to: int64.nullable(),
      /** Offsets, both included, of partitions that gave any. */
      partitions: z.array(
        z.object({ partition: z.number().int(), records: count, from: int64, to: int64 }),
      ),
    }),
    key: inferredPart,
    value: inferredPart,
  })
  .meta({ id: 'InferredSchema' })
export type InferredSchema = z.infer<typeof inferredSchema>

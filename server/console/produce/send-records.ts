// Sends records in the order given, batch after batch, and says of each what became of it.
//
// A broker takes or refuses a batch as a whole. One that it refuses for a record's sake (too
// large, invalid) is cut in halves until the guilty ones are alone; so each record is answered
// for itself. Any other failure ends the partition: what would follow is not sent, so that no
// record overtakes one that was lost.

import { KafkaError } from '../../client/errors.ts'
import type { PartitionResult } from '../../client/leaders.ts'
import type { BatchSender } from '../../client/produce.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { buildBatch } from '../../records/batch-builder.ts'
import type { CodecName } from '../../records/compression.ts'
import { bytesTaken, type OutgoingRecord } from './outgoing.ts'

/** Half of what a topic takes by default, before compression. */
const BATCH_BYTES = 512 * 1024

/** Refusals that are a record's own fault; the rest of its batch may be sent. */
const RECORD_FAULTS: ReadonlySet<number> = new Set([
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.INVALID_TIMESTAMP,
  ErrorCode.INVALID_RECORD,
])

export function isRecordFault(error: unknown): error is KafkaError {
  return error instanceof KafkaError && RECORD_FAULTS.has(error.code)
}

/** The offset of the record, or why it has none. */
export type SentRecord = PartitionResult<bigint>

export interface Destination {
  topic: string
  codec: CodecName
  signal?: AbortSignal
}

interface Entry {
  record: OutgoingRecord
  /** Place in the list of the caller. */
  at: number
}

export async function sendRecords(
  sender: BatchSender,
  { topic, codec, signal }: Destination,
  records: readonly OutgoingRecord[],
): Promise<SentRecord[]> {
  const results: SentRecord[] = new Array(records.length)
  /** By partition, the batches that are still to be sent. */
  const waiting = cutIntoBatches(records)
  while (waiting.size > 0) {
    const round = [...waiting].flatMap(([partition, batches]) => {
      const entries = batches.shift()
      return entries === undefined ? [] : [{ topic, partition, entries }]
    })
    const outcomes = await sender.send(
      round.map(({ entries, ...place }) => ({
        ...place,
        records: buildBatch(
          entries.map(({ record }) => record),
          { codec },
        ),
      })),
      signal,
    )
    round.forEach(({ partition, entries }, at) => {
      const outcome = outcomes[at] ?? { error: new Error('no outcome') }
      const batches = waiting.get(partition) ?? []
      settle(entries, outcome, batches, results)
      if (batches.length === 0) waiting.delete(partition)
    })
  }
  return results
}

function settle(
  entries: readonly Entry[],
  outcome: PartitionResult<bigint>,
  batches: Entry[][],
  results: SentRecord[],
): void {
  if ('value' in outcome) {
    entries.forEach(({ at }, index) => {
      results[at] = { value: outcome.value + BigInt(index) }
    })
    return
  }
  if (isRecordFault(outcome.error)) {
    const half = Math.ceil(entries.length / 2)
    if (entries.length > 1) batches.unshift(entries.slice(0, half), entries.slice(half))
    else for (const { at } of entries) results[at] = outcome
    return
  }
  for (const { at } of [...entries, ...batches.flat()]) results[at] = outcome
  batches.length = 0
}

function cutIntoBatches(records: readonly OutgoingRecord[]): Map<number, Entry[][]> {
  const byPartition = new Map<number, Entry[][]>()
  const room = new Map<number, number>()
  records.forEach((record, at) => {
    const { partition } = record
    const batches = byPartition.get(partition) ?? []
    byPartition.set(partition, batches)
    const bytes = bytesTaken(record)
    const left = room.get(partition) ?? 0
    const last = batches.at(-1)
    if (last === undefined || bytes > left) {
      batches.push([{ record, at }])
      room.set(partition, BATCH_BYTES - bytes)
    } else {
      last.push({ record, at })
      room.set(partition, left - bytes)
    }
  })
  return byPartition
}

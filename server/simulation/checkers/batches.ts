// A log seen from the outside, batch by batch, as checkers compare it.

import type { PartitionLog } from '../../storage/types.ts'

const READ_BYTES = 1024 * 1024

export interface SeenBatch {
  readonly baseOffset: bigint
  readonly nextOffset: bigint
  readonly maxTimestamp: bigint
  readonly bytes: Buffer
}

/** The batches of a run of bytes. */
export function batchesIn(records: Buffer): SeenBatch[] {
  const batches: SeenBatch[] = []
  for (let at = 0; at < records.length; ) {
    const end = at + 12 + records.readInt32BE(at + 8)
    const baseOffset = records.readBigInt64BE(at)
    batches.push({
      baseOffset,
      nextOffset: baseOffset + BigInt(records.readInt32BE(at + 23)) + 1n,
      maxTimestamp: records.readBigInt64BE(at + 35),
      bytes: records.subarray(at, end),
    })
    at = end
  }
  return batches
}

/** Every batch that begins below `upTo`. */
export function batchesOf(log: PartitionLog, upTo: bigint): SeenBatch[] {
  const batches: SeenBatch[] = []
  let next = log.logStartOffset
  while (next < upTo) {
    const read = log.read(next, upTo, READ_BYTES, true)
    if (!('records' in read) || read.records.length === 0) break
    const found = batchesIn(read.records)
    batches.push(...found)
    next = found.at(-1)?.nextOffset ?? upTo
  }
  return batches
}

// Whether what a leader sent continues a follower's log. Changes nothing.

import { baseOffset, batchBytes, lastOffset } from '../records/batch.ts'
import { batchPositions, checkBatch } from '../records/batch-check.ts'
import { LogFault } from './types.ts'

export interface FollowerBatches {
  /** Of the whole batches. */
  positions: number[]
  /** Bytes of the whole batches. */
  bytes: number
  /** The offset after the last of them. */
  end: bigint
}

/**
 * The whole batches of `records`; a last one that is cut short is left out, undefined when there
 * is nothing else. Throws LogFault when one is damaged or begins before `logEndOffset`.
 */
export function checkFollowerAppend(
  records: Buffer,
  logEndOffset: bigint,
): FollowerBatches | undefined {
  const positions = [...batchPositions(records)]
  const lastAt = positions.at(-1)
  if (lastAt === undefined) {
    if (records.length === 0) return undefined
    // The cut-off beginning of one batch is in order; anything else has a fault to name.
    const fault = checkBatch(records, 0, records.length)
    throw new LogFault('CORRUPT_MESSAGE', fault?.message ?? 'no whole record batch')
  }
  const bytes = lastAt + batchBytes(records, lastAt)
  let end = logEndOffset
  for (const at of positions) {
    const fault = checkBatch(records, at, bytes)
    if (fault !== undefined) throw new LogFault('CORRUPT_MESSAGE', fault.message)
    if (baseOffset(records, at) < end) {
      throw new LogFault(
        'OFFSET_OUT_OF_RANGE',
        `a batch at offset ${baseOffset(records, at)} does not continue the log at ${end}`,
      )
    }
    end = lastOffset(records, at) + 1n
  }
  return { positions, bytes, end }
}

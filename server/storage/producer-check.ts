// Whether the sequences of idempotent producers allow the batches of one append. Changes nothing.

import { NO_TIMESTAMP } from '../records/batch.ts'
import { firstOffset, type KnownBatch, type ProducerState } from './producer-state.ts'
import type { AppendResult, LogConfig } from './types.ts'

/** The answer when they do not, or when a batch is in the log already; undefined to append. */
export function checkProducers(
  known: ProducerState,
  records: Buffer,
  positions: readonly number[],
  config: LogConfig,
): AppendResult | undefined {
  const one = positions.length === 1
  const producers = one ? known : known.sketch(records, positions)
  for (const at of positions) {
    const duplicate = producers.findDuplicate(records, at)
    if (duplicate !== undefined) return answerDuplicate(duplicate, config)
    const fault = producers.check(records, at)
    if (fault !== undefined) return fault
    if (!one) producers.update(records, at)
  }
  return undefined
}

function answerDuplicate(known: KnownBatch, config: LogConfig): AppendResult {
  return {
    code: 0,
    firstOffset: firstOffset(known),
    lastOffset: known.lastOffset,
    logAppendTime: config.messageTimestampType === 'LogAppendTime' ? known.timestamp : NO_TIMESTAMP,
    duplicate: true,
  }
}

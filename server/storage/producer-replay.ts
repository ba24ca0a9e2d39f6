// Rebuilds what a log knows of its producers: a snapshot, then the headers of the batches after it.

import { baseOffset } from '../records/batch.ts'
import type { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'

/** The producers that the batches from a snapshot on add up to. */
export function replayProducers(
  segments: readonly Segment[],
  snapshot: { state: ProducerState; offset: bigint } | undefined,
  empty: ProducerState,
): ProducerState {
  const state = snapshot?.state ?? empty
  if (snapshot === undefined) state.clear()
  const from = snapshot?.offset ?? -1n
  segments.forEach((segment, index) => {
    const next = segments[index + 1]
    if (next !== undefined && next.baseOffset <= from) return
    const scanner = segment.scan(
      from <= segment.baseOffset ? 0 : segment.positionOf(segment.relative(from)),
    )
    while (scanner.step()) {
      if (baseOffset(scanner.buffer, scanner.at) >= from) {
        state.update(scanner.buffer, scanner.at)
      }
    }
  })
  return state
}

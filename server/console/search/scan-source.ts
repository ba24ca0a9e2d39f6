// The port through which a search reads, and its implementation with a cluster.
//
// A fetch that fails for a reason that may pass (a leader that moved, a broker that died) is
// tried again for some time with fresh metadata; what fails then is the partition's problem.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { CancelledError, checkCancelled, KafkaError } from '../../client/errors.ts'
import { type AbortedTransaction, fetchFrom, READ_NOW } from '../../client/fetch.ts'
import { askLeaders } from '../../client/leaders.ts'
import { EARLIEST, LATEST, listOffsets } from '../../client/offsets.ts'
import { ErrorCode, isRetriable } from '../../protocol/errors.ts'

export interface Fetched {
  /** Whole batches; the first may begin before the offset asked for, the last may be cut off. */
  records: Buffer
  /** End of what may be read. */
  end: bigint
  aborted: readonly AbortedTransaction[]
}

export interface TopicPartition {
  topic: string
  partition: number
}

export interface ScanSource {
  fetch(place: TopicPartition, offset: bigint, bytesMax: number): Promise<Fetched>
  bounds(place: TopicPartition): Promise<{ start: bigint; end: bigint }>
}

const LEADERS_AGE_MS = 30_000
/** How long a partition may be without a leader that answers. */
const PATIENCE_MS = 15_000
/** A topic that nobody knows is gone; it may be that a broker has just started. */
const PATIENCE_UNKNOWN_MS = 2_000
const PAUSE_MS_MIN = 100
const PAUSE_MS_MAX = 1_000

export class ClusterSource implements ScanSource {
  private readonly client: ClusterClient
  private readonly signal: AbortSignal

  constructor(client: ClusterClient, signal: AbortSignal) {
    this.client = client
    this.signal = signal
  }

  fetch(place: TopicPartition, offset: bigint, bytesMax: number): Promise<Fetched> {
    return this.patiently(async (ageMsMax) => {
      const [result] = await askLeaders(
        this.client,
        [{ topic: place.topic, partition: place.partition, offset, bytesMax }],
        (broker, group) =>
          fetchFrom(this.client, broker, group, { ...READ_NOW, bytesMax, committedOnly: true }),
        { metadataAgeMsMax: ageMsMax, signal: this.signal },
      )
      if (result === undefined) throw new Error('no answer')
      if ('error' in result) throw result.error
      const { records, highWatermark, lastStableOffset, aborted } = result.value
      return { records, aborted, end: lastStableOffset < 0n ? highWatermark : lastStableOffset }
    })
  }

  bounds(place: TopicPartition): Promise<{ start: bigint; end: bigint }> {
    return this.patiently(async (metadataAgeMsMax) => {
      const ask = (timestamp: bigint) =>
        listOffsets(this.client, [{ ...place, timestamp }], {
          metadataAgeMsMax,
          committedOnly: true,
        })
      const [[start], [end]] = await Promise.all([ask(EARLIEST), ask(LATEST)])
      if (start === undefined || end === undefined) throw new Error('no answer')
      if ('error' in start) throw start.error
      if ('error' in end) throw end.error
      return { start: start.value.offset, end: end.value.offset }
    })
  }

  private async patiently<T>(work: (metadataAgeMsMax: number) => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    let pauseMs = PAUSE_MS_MIN
    for (let ageMsMax = LEADERS_AGE_MS; ; ageMsMax = 0) {
      checkCancelled(this.signal)
      try {
        return await work(ageMsMax)
      } catch (error) {
        const isOver = performance.now() - startedAt > patienceWith(error)
        if (isOver || this.signal.aborted) throw error
      }
      await pause(pauseMs, this.signal)
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)
    }
  }
}

function patienceWith(error: unknown): number {
  if (error instanceof CancelledError) return 0
  if (!(error instanceof KafkaError)) return PATIENCE_MS
  if (error.code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return PATIENCE_UNKNOWN_MS
  return isRetriable(error.code) ? PATIENCE_MS : 0
}

/** Rejects with CancelledError when it is cut short. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(new CancelledError())
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, delayMs)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
}

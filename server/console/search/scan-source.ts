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
import { ApiError } from '../problem.ts'

export interface Fetched {
  /** Whole batches; the first may begin before the offset asked for, the last may be cut off. */
  records: Buffer
  /** End of what may be read. */
  end: bigint
  aborted: readonly AbortedTransaction[]
}

export interface TopicPartition {
  topic: string
  /** With it, a topic that was created anew under the name is not taken for this one. */
  topicId?: string | null
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
    return this.patiently(place, async (ageMsMax) => {
      const [result] = await askLeaders(
        this.client,
        [
          {
            topic: place.topic,
            topicId: place.topicId ?? null,
            partition: place.partition,
            offset,
            bytesMax,
          },
        ],
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
    return this.patiently(place, async (metadataAgeMsMax) => {
      await this.checkTopic(place)
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

  /** Offsets are asked for by name, so it has to be the same topic still. Throws KafkaError. */
  private async checkTopic({ topic, topicId, partition }: TopicPartition): Promise<void> {
    if (topicId === undefined || topicId === null) return
    const { id } = await this.client.topic(topic)
    if (id === topicId) return
    throw new KafkaError(ErrorCode.UNKNOWN_TOPIC_ID, 'the metadata', `${topic}-${partition}`)
  }

  /** What became of a topic that the brokers no longer have; `error` when that cannot be told. */
  private async absenceOf({ topic, topicId }: TopicPartition, error: unknown): Promise<unknown> {
    try {
      const { topics } = await this.client.metadata([topic])
      const found = topics.find(({ name }) => name === topic)
      if (found === undefined || found.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
        return gone('topic_deleted', `The topic ${topic} was deleted during the search`)
      }
      const isOther = typeof topicId === 'string' && found.id !== null && found.id !== topicId
      if (!isOther || found.errorCode !== 0) return error
      return gone(
        'topic_recreated',
        `The topic ${topic} was deleted and created anew during the search; search again to see what it holds now`,
      )
    } catch {
      return error
    }
  }

  private async patiently<T>(
    place: TopicPartition,
    work: (metadataAgeMsMax: number) => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now()
    let pauseMs = PAUSE_MS_MIN
    for (let ageMsMax = LEADERS_AGE_MS; ; ageMsMax = 0) {
      checkCancelled(this.signal)
      try {
        return await work(ageMsMax)
      } catch (error) {
        const isOver = performance.now() - startedAt > patienceWith(error)
        if (this.signal.aborted) throw error
        if (isOver) throw isAbsence(error) ? await this.absenceOf(place, error) : error
      }
      await pause(pauseMs, this.signal)
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)
    }
  }
}

/** Of errors by which a broker says that it has no such topic. */
function isAbsence(error: unknown): boolean {
  if (!(error instanceof KafkaError)) return false
  return (
    error.code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ||
    error.code === ErrorCode.UNKNOWN_TOPIC_ID ||
    error.code === ErrorCode.INCONSISTENT_TOPIC_ID
  )
}

function patienceWith(error: unknown): number {
  if (error instanceof CancelledError) return 0
  if (!(error instanceof KafkaError)) return PATIENCE_MS
  if (isAbsence(error)) return PATIENCE_UNKNOWN_MS
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

function gone(code: string, message: string): ApiError {
  return new ApiError(404, { code, message: `${message}.` })
}

// The end of a search that never ends: matches among what arrives, as it arrives, by the same
// tests. Each leader is asked over a connection of its own that waits there for data.
//
// When a leader fails all are found again; a log that was cut off or deleted is followed from
// where it now is, one that was created anew from its beginning, and the reader is told.
//
// Without a rate a reader who is slow slows the reading: nothing is left out. With one, an even
// sample of the matches is handed over and all are counted; a partition whose records come faster
// than they can be examined goes on at its end, and what was passed over is counted as arrived.

import { parseCondition } from '../../../lib/query/parser.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { KafkaConnection } from '../../client/connection.ts'
import { checkCancelled, KafkaError } from '../../client/errors.ts'
import { fetchOn } from '../../client/fetch.ts'
import { groupBy } from '../../client/group-by.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { lastOffset } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { refusalOf } from '../problem.ts'
import { PLAIN_DECODING, withSchemas } from '../schemas/decoding.ts'
import { type BatchScanner, emptyChunk } from './batch-scanner.ts'
import { EvenSample } from './even-sample.ts'
import { emptyPortion, type ScanSink, type ScanTools, scannerFor, writeMatch } from './scan.ts'
import type { ScanCoverage, ScanJob, ScannedMatch, ScanPlace } from './scan-job.ts'
import { pause } from './scan-source.ts'

const WAIT_MS = 500
const PARTITION_BYTES = 1024 * 1024
const RESPONSE_BYTES = 8 * 1024 * 1024
const RETRY_MS_MIN = 200
const RETRY_MS_MAX = 5_000
const OFFSET_MAX = 2n ** 63n - 1n
/** With a sample: a partition that is so many records behind goes on at its end. */
const BEHIND_MAX = 50_000n

interface Followed {
  place: ScanPlace
  topicId: string | null
  position: bigint
}

export async function follow(
  client: ClusterClient,
  job: ScanJob,
  tools: ScanTools,
  sink: ScanSink,
): Promise<void> {
  const follower = new Follower(client, job, tools, sink)
  await follower.run()
}

class Follower {
  private readonly client: ClusterClient
  private readonly job: ScanJob
  private readonly tools: ScanTools
  private readonly sink: ScanSink
  private readonly scanner: BatchScanner
  private readonly followed: Followed[]
  private readonly sample: EvenSample | undefined
  private turn = 0

  constructor(client: ClusterClient, job: ScanJob, tools: ScanTools, sink: ScanSink) {
    this.client = client
    this.job = job
    this.tools = tools
    this.sink = sink
    this.scanner = scannerFor(parseCondition(job.match), tools.script)
    this.followed = job.places.map((place) => {
      return { place, topicId: place.topicId, position: place.to }
    })
    if (job.rate !== undefined) this.sample = new EvenSample(job.rate, performance.now())
  }

  async run(): Promise<void> {
    let retryMs = RETRY_MS_MIN
    let told = ''
    await this.sink.send({ ...emptyPortion(), isFollowing: true })
    for (;;) {
      const startedAt = performance.now()
      const error = await this.followLeaders().catch((reason: unknown) => reason)
      checkCancelled(this.sink.signal)
      if (performance.now() - startedAt > RETRY_MS_MAX) {
        retryMs = RETRY_MS_MIN
        told = ''
      }
      const { problem } = refusalOf(error)
      if (problem.message !== told) {
        await this.sink.send({ ...emptyPortion(), isFollowing: true, problems: [problem] })
        told = problem.message
      }
      if (error instanceof KafkaError && error.code === ErrorCode.OFFSET_OUT_OF_RANGE) {
        await this.moveInside().catch(() => undefined)
      }
      await pause(retryMs, this.sink.signal)
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
    }
  }

  /** Positions outside their log go to its nearer end. */
  private async moveInside(): Promise<void> {
    for (const one of this.followed) {
      const { start, end } = await this.tools.source.bounds(one.place)
      if (one.position < start) one.position = start
      if (one.position > end) one.position = end
    }
  }

  /** Reads from all leaders until one fails. */
  private async followLeaders(): Promise<void> {
    const groups = groupBy(await this.leaders(), ({ leader }) => leader)
    const connections: KafkaConnection[] = []
    const round = new AbortController()
    const stop = () => {
      round.abort()
      for (const connection of connections) connection.close()
    }
    this.sink.signal.addEventListener('abort', stop, { once: true })
    try {
      await Promise.all(
        [...groups].map(async ([leader, rows]) => {
          const connection = await this.client.openOwned(leader)
          connections.push(connection)
          if (round.signal.aborted || this.sink.signal.aborted) return connection.close()
          const group = rows.map(({ one }) => one)
          try {
            while (!round.signal.aborted) {
              await this.sink.resumed()
              await this.fetchOnce(connection, group)
            }
          } finally {
            stop()
          }
        }),
      )
    } finally {
      stop()
      this.sink.signal.removeEventListener('abort', stop)
    }
  }

  private async leaders(): Promise<{ one: Followed; leader: number }[]> {
    const names = [...new Set(this.followed.map(({ place }) => place.topic))]
    const topics = new Map<string, Map<number, number>>()
    for (const name of names) {
      const { id, partitions } = await this.client.topic(name)
      await this.adopt(name, id)
      topics.set(name, new Map(partitions.map(({ partition, leader }) => [partition, leader])))
    }
    return this.followed.map((one) => {
      const { topic, partition } = one.place
      const leader = topics.get(topic)?.get(partition) ?? -1
      if (leader >= 0) return { one, leader }
      throw new KafkaError(ErrorCode.LEADER_NOT_AVAILABLE, 'the metadata', `${topic}-${partition}`)
    })
  }

  /** A topic that was created anew under its name is another one, with offsets of its own. */
  private async adopt(name: string, id: string | null): Promise<void> {
    const others = this.followed.filter(({ place, topicId }) => {
      return place.topic === name && topicId !== null && id !== null && topicId !== id
    })
    if (others.length === 0) return
    for (const one of others) {
      one.topicId = id
      one.position = 0n
    }
    const message = `The topic ${name} was deleted and created anew; it is followed from its beginning.`
    const problems = [{ code: 'topic_recreated', message }]
    await this.sink.send({ ...emptyPortion(), isFollowing: true, problems })
  }

  private async fetchOnce(connection: KafkaConnection, group: readonly Followed[]): Promise<void> {
    // Whoever stands first in a request is served first: take turns.
    const shift = this.turn++ % group.length
    const order = [...group.slice(shift), ...group.slice(0, shift)]
    const questions = order.map(({ place, topicId, position }) => ({
      topic: place.topic,
      topicId,
      partition: place.partition,
      offset: position,
      bytesMax: PARTITION_BYTES,
    }))
    const outcomes = await fetchOn(connection, questions, {
      bytesMin: 1,
      waitMsMax: WAIT_MS,
      bytesMax: RESPONSE_BYTES,
      committedOnly: true,
    })
    const portion = { ...emptyPortion(), isFollowing: true }
    const matches: { place: ScanPlace; record: FetchedRecord }[] = []
    const { arrivals } = portion
    for (const [at, one] of order.entries()) {
      const outcome = outcomes[at] ?? { code: ErrorCode.UNKNOWN_SERVER_ERROR }
      const { topic, partition } = one.place
      if ('code' in outcome) {
        throw new KafkaError(outcome.code, connection.remote, `${topic}-${partition}`)
      }
      const { records, aborted, highWatermark, lastStableOffset } = outcome.value
      if (records.length === 0) continue
      const decoding = this.tools.decodingOf?.(topic) ?? PLAIN_DECODING
      const { timestampMin } = this.job
      const range = {
        topic,
        partition,
        from: one.position,
        to: OFFSET_MAX,
        isDown: false,
        timestampMin,
        decoding,
      }
      const { scanned, found } = await withSchemas(() => {
        const chunk = emptyChunk()
        this.scanner.scan(records, aborted, range, chunk)
        const sieved = this.tools.script?.sieve(chunk.found, topic, decoding)
        return { scanned: chunk, found: sieved ?? chunk.found }
      })
      for (const position of batchPositions(records)) {
        const next = lastOffset(records, position) + 1n
        if (next > one.position) one.position = next
      }
      for (const { record } of found) matches.push({ place: one.place, record })
      arrivals.arrived += scanned.records
      arrivals.examined += scanned.records
      const end = lastStableOffset < 0n ? highWatermark : lastStableOffset
      if (this.sample !== undefined && end - one.position > BEHIND_MAX) {
        arrivals.arrived += Number(end - one.position)
        one.position = end
      }
      portion.coverage.push(coverageOf(one))
      portion.records += scanned.records
      portion.bytes += records.length
    }
    const shown = this.sample?.choose(matches, performance.now()) ?? matches
    for (const { place, record } of shown) portion.matches.push(await this.matchOf(place, record))
    arrivals.matched = matches.length
    arrivals.shown = shown.length
    portion.problems = this.tools.script?.takeProblems() ?? []
    if (portion.coverage.length > 0) await this.sink.send(portion)
  }

  private async matchOf({ rank, topic }: ScanPlace, record: FetchedRecord): Promise<ScannedMatch> {
    const document = await writeMatch(this.tools, topic, record)
    return { rank, time: Number(record.timestamp), offset: record.offset, document }
  }
}

function coverageOf({ place, position }: Followed): ScanCoverage {
  return { rank: place.rank, position, edge: position, problem: undefined, isDone: false }
}

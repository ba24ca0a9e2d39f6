// The live tail: records as they arrive, from the ends of the chosen partitions as they were when
// it began, over connections of its own that wait at the brokers for data.
//
// A person reads so many records a second; when more arrive, an even sample is shown and all are
// counted. Batches of which nothing is shown are counted by their headers and never decompressed.
// A tail that cannot keep up with what is written goes on at the end and counts what it left out.

import type { TailEvent } from '../../../lib/contracts/messages.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { KafkaConnection } from '../../client/connection.ts'
import { KafkaError } from '../../client/errors.ts'
import { fetchOn } from '../../client/fetch.ts'
import { groupBy } from '../../client/group-by.ts'
import { LATEST, listBounds, listOffsets } from '../../client/offsets.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { refusalOf } from '../problem.ts'
import type { Outlet } from '../readers/outlet.ts'
import { type TopicDecoding, withSchemas } from '../schemas/decoding.ts'
import type { FetchedRecord } from './fetched-records.ts'
import { PREVIEW_TEXT_MAX, recordRow } from './record-row.ts'
import { parsePartitions } from './selection.ts'
import { type Arrival, TailSample } from './tail-sample.ts'

const WAIT_MS = 500
const PARTITION_BYTES = 256 * 1024
const RESPONSE_BYTES = 4 * 1024 * 1024
const RETRY_MS_MIN = 200
const RETRY_MS_MAX = 5_000
const REPORT_MS = 1_000

export interface TailJob {
  topic: string
  partitions: string | undefined
  rate: number
}

export async function tail(
  client: ClusterClient,
  job: TailJob,
  outlet: Outlet,
  decoding: TopicDecoding,
): Promise<void> {
  const positions = await findEnds(client, job)
  const sample = new TailSample(job.rate)
  const send = (events: TailEvent[]) =>
    outlet.send({ documents: events.map((event) => JSON.stringify(event)) })
  // Positions are fixed: what arrives from now on is seen.
  await send([])
  const report = setInterval(() => {
    const counts = sample.takeCounts()
    // A reader that is behind learns the sum with the next report.
    if (outlet.hasRoom) void send([{ type: 'rate', ...counts }]).catch(() => undefined)
    else sample.putBack(counts)
  }, REPORT_MS)
  try {
    await follow(client, job, positions, sample, outlet, send, decoding)
  } finally {
    clearInterval(report)
  }
}

async function findEnds(client: ClusterClient, job: TailJob): Promise<Map<number, bigint>> {
  const { partitions } = await client.topic(job.topic)
  const existing = partitions.map(({ partition }) => partition)
  const chosen = parsePartitions(job.partitions, existing)
  const ends = await listOffsets(
    client,
    chosen.map((partition) => ({ topic: job.topic, partition, timestamp: LATEST })),
    { metadataAgeMsMax: 2_000 },
  )
  return new Map(
    chosen.map((partition, at) => {
      const end = ends[at]
      if (end === undefined || 'error' in end) throw end?.error ?? new Error('no answer')
      return [partition, end.value.offset]
    }),
  )
}

/** Reads from all leaders until cancelled; finds the leaders again whenever one fails. */
async function follow(
  client: ClusterClient,
  job: TailJob,
  positions: Map<number, bigint>,
  sample: TailSample,
  outlet: Outlet,
  send: (events: TailEvent[]) => Promise<void>,
  decoding: TopicDecoding,
): Promise<void> {
  let retryMs = RETRY_MS_MIN
  let told: string | undefined
  while (!outlet.signal.aborted) {
    const startedAt = performance.now()
    const error = await followLeaders(client, job, positions, sample, outlet, send, decoding).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (outlet.signal.aborted) return
    if (performance.now() - startedAt > RETRY_MS_MAX) {
      retryMs = RETRY_MS_MIN
      told = undefined
    }
    if (error !== undefined) {
      const { problem } = refusalOf(error)
      if (problem.message !== told) await send([{ type: 'problem', problem }])
      told = problem.message
      if (hasCode(error, ErrorCode.OFFSET_OUT_OF_RANGE)) await moveInside(client, job, positions)
      if (await isGone(client, job.topic)) return
    }
    await pauseUnlessAborted(retryMs, outlet.signal)
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
  }
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof KafkaError && error.code === code
}

/** After a truncation or a topic made anew: positions outside their log go to its nearer end. */
async function moveInside(
  client: ClusterClient,
  { topic }: TailJob,
  positions: Map<number, bigint>,
): Promise<void> {
  const partitions = [...positions.keys()]
  const { bounds } = await listBounds(
    client,
    partitions.map((partition) => ({ topic, partition })),
  ).catch(() => ({ bounds: [] }))
  partitions.forEach((partition, at) => {
    const { start = null, end = null } = bounds[at] ?? {}
    const position = positions.get(partition) ?? 0n
    if (start !== null && position < start) positions.set(partition, start)
    if (end !== null && position > end) positions.set(partition, end)
  })
}

async function isGone(client: ClusterClient, topic: string): Promise<boolean> {
  return client.topic(topic).then(
    () => false,
    (error: unknown) => hasCode(error, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
  )
}

async function followLeaders(
  client: ClusterClient,
  job: TailJob,
  positions: Map<number, bigint>,
  sample: TailSample,
  outlet: Outlet,
  send: (events: TailEvent[]) => Promise<void>,
  decoding: TopicDecoding,
): Promise<void> {
  const { partitions } = await client.topic(job.topic)
  const followed = partitions.filter(({ partition }) => positions.has(partition))
  const round = new AbortController()
  const connections: KafkaConnection[] = []
  const stop = () => {
    round.abort()
    for (const connection of connections) connection.close()
  }
  outlet.signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.all(
      [...groupBy(followed, ({ leader }) => leader)].map(async ([leader, group]) => {
        if (leader < 0) return
        const connection = await client.openOwned(leader)
        connections.push(connection)
        if (round.signal.aborted || outlet.signal.aborted) return connection.close()
        const numbers = group.map(({ partition }) => partition)
        try {
          while (!round.signal.aborted) {
            const records = await fetchOnce(connection, job.topic, numbers, positions, sample)
            if (records.length > 0) {
              if (outlet.hasRoom) await send(await eventsOf(records, decoding))
              else sample.hide(records.length)
            }
          }
        } finally {
          stop()
        }
      }),
    )
  } finally {
    stop()
    outlet.signal.removeEventListener('abort', stop)
  }
}

async function fetchOnce(
  connection: KafkaConnection,
  topic: string,
  partitions: readonly number[],
  positions: Map<number, bigint>,
  sample: TailSample,
): Promise<FetchedRecord[]> {
  // Whoever stands first in a request is served first: take turns.
  const shift = sample.nextTurn(partitions.length)
  const order = [...partitions.slice(shift), ...partitions.slice(0, shift)]
  const questions = order.map((partition) => ({
    topic,
    partition,
    offset: positions.get(partition) ?? 0n,
    bytesMax: PARTITION_BYTES,
  }))
  const outcomes = await fetchOn(connection, questions, {
    bytesMin: 1,
    waitMsMax: WAIT_MS,
    bytesMax: RESPONSE_BYTES,
  })
  const arrivals = questions.map(({ partition, offset }, at): Arrival => {
    const outcome = outcomes[at] ?? { code: ErrorCode.UNKNOWN_SERVER_ERROR }
    if ('code' in outcome) {
      throw new KafkaError(outcome.code, connection.remote, `${topic}-${partition}`)
    }
    return { partition, from: offset, fetched: outcome.value }
  })
  const seen = sample.see(arrivals)
  for (const [partition, position] of seen.positions) positions.set(partition, position)
  return seen.shown
}

async function eventsOf(
  records: readonly FetchedRecord[],
  decoding: TopicDecoding,
): Promise<TailEvent[]> {
  const events: TailEvent[] = []
  for (const record of records) {
    const row = await withSchemas(() => recordRow(record, PREVIEW_TEXT_MAX, decoding))
    events.push({ type: 'record', record: row })
  }
  return events
}

function pauseUnlessAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, delayMs)
    signal.addEventListener('abort', done)
  })
}

// The reading process of a soak: follows the end of every partition and notes what is passed over,
// and how long each batch was on its way.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { ConnectionError, type KafkaConnection } from '../../client/connection.ts'
import { fetchOn } from '../../client/fetch.ts'
import { LATEST, listOffsets } from '../../client/offsets.ts'
import { isRetriable } from '../../protocol/errors.ts'
import { baseOffset, baseTimestamp, lastOffset } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import {
  openClient,
  partitionsEach,
  quantile,
  type ReaderReport,
  type Report,
  topics,
} from './plan.ts'

const limits = { bytesMax: 8 << 20, bytesMin: 1, waitMsMax: 500 }
const partitionBytesMax = 1 << 20
const retryMs = 100

const [bootstrap = ''] = process.argv.slice(2)
const client = openClient(bootstrap.split(','))
const offsets = new Map<string, bigint>()
let read = 0
let missing = 0
let moved = false
let delays: number[] = []

interface Place {
  topic: string
  partition: number
}

const places: Place[] = topics.flatMap((topic) =>
  Array.from({ length: partitionsEach }, (_, partition) => ({ topic, partition })),
)
const nameOf = ({ topic, partition }: Place): string => `${topic}-${partition}`

function take(place: Place, records: Buffer, arrivedAt: number): void {
  const expected = offsets.get(nameOf(place)) ?? 0n
  let next = expected
  for (const at of batchPositions(records)) {
    const end = lastOffset(records, at) + 1n
    if (end <= next) continue
    const base = baseOffset(records, at)
    if (base > next) missing += Number(base - next)
    read += Number(end - (base > next ? base : next))
    delays.push(arrivedAt - Number(baseTimestamp(records, at)))
    next = end
  }
  offsets.set(nameOf(place), next)
}

async function readFrom(connection: KafkaConnection, own: readonly Place[]): Promise<void> {
  while (!moved) {
    const questions = own.map((place) => ({
      ...place,
      offset: offsets.get(nameOf(place)) ?? 0n,
      bytesMax: partitionBytesMax,
    }))
    const outcomes = await fetchOn(connection, questions, limits)
    const arrivedAt = Date.now()
    outcomes.forEach((outcome, index) => {
      const place = own[index] as Place
      if ('value' in outcome) take(place, outcome.value.records, arrivedAt)
      else if (isRetriable(outcome.code)) moved = true
      else throw new Error(`${nameOf(place)}: error ${outcome.code}`)
    })
  }
}

async function readAll(from: ClusterClient): Promise<never> {
  for (;;) {
    const { topics: found } = await from.metadata([...topics])
    const led = new Map<number, Place[]>()
    for (const place of places) {
      const leader =
        found
          .find(({ name }) => name === place.topic)
          ?.partitions.find(({ partition }) => partition === place.partition)?.leader ?? -1
      led.set(leader, [...(led.get(leader) ?? []), place])
    }
    moved = led.has(-1)
    await Promise.all(
      [...led].map(async ([broker, own]) => {
        let connection: KafkaConnection | undefined
        try {
          connection = await from.openOwned(broker)
          await readFrom(connection, own)
        } catch (error) {
          if (!(error instanceof ConnectionError)) throw error
          moved = true
        } finally {
          connection?.close()
        }
      }),
    )
    await from.pause(retryMs)
  }
}

async function begin(): Promise<void> {
  const ends = await listOffsets(
    client,
    places.map((place) => ({ ...place, timestamp: LATEST })),
  )
  ends.forEach((end, index) => {
    if ('error' in end) throw end.error
    offsets.set(nameOf(places[index] as Place), end.value.offset)
  })
  process.send?.({ kind: 'ready' } satisfies Report)
  await readAll(client)
}

process.on('message', () => {
  const report: ReaderReport = {
    kind: 'reader',
    read,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    missing,
  }
  delays = []
  process.send?.(report)
})
begin().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})

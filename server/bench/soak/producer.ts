// The producing process of a soak: so many records a second, evenly over all partitions, by an
// idempotent producer with acks=all. A batch that was not acknowledged is sent again as it was.
//
// At the end it reads the compacted topic back: the newest record of every key must be the last
// one that was acknowledged.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { ConnectionError, type KafkaConnection } from '../../client/connection.ts'
import { fetchOn } from '../../client/fetch.ts'
import { EARLIEST, LATEST, listOffsets } from '../../client/offsets.ts'
import { lastOffset, sequenceAfter } from '../../records/batch.ts'
import { buildBatch, type RecordInput } from '../../records/batch-builder.ts'
import { batchPositions } from '../../records/batch-check.ts'
import { recordsOf } from '../../records/records.ts'
import {
  type Command,
  compacted,
  type EndReport,
  keys,
  openClient,
  type ProducerReport,
  partitionsEach,
  quantile,
  topics,
  valueBytes,
} from './plan.ts'

const tickMs = 25
const recordsPerBatchMax = 2000
const retryMs = 100
const tombstoneEvery = 100
const fetchBytes = 1 << 20

class Target {
  readonly topic: string
  readonly partition: number
  sent = 0
  sequence = 0
  /** Built and not acknowledged yet. */
  pending: { batch: Buffer; count: number; lasts: [key: number, counter: number][] } | undefined
  private random: number

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
    this.random = partition + 1
  }

  /** The next key that belongs to this partition. */
  nextKey(): number {
    this.random = (Math.imul(this.random, 1_664_525) + 1_013_904_223) >>> 0
    const own = keys / partitionsEach
    return (this.random % own) * partitionsEach + this.partition
  }
}

const [bootstrap = '', rate = '0'] = process.argv.slice(2)
const client = openClient(bootstrap.split(','))
const targets = topics.flatMap((topic) =>
  Array.from({ length: partitionsEach }, (_, partition) => new Target(topic, partition)),
)
const ratePerTargetMs = Number(rate) / targets.length / 1000
/** By key: the number of the last acknowledged record, below 0 for a tombstone. */
const lastOfKey = new Float64Array(keys)
const filler = 'the river runs past the glass '.repeat(8)
let counter = 0
let acknowledged = 0
let retries = 0
let latencies: number[] = []
let ending = false
/** A leader is not where it was: everybody looks at the metadata anew. */
let moved = false

const { answer } = await client.askAny('initProducerId', {
  transactionalId: null,
  transactionTimeoutMs: 60_000,
})
const identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
const startedAt = performance.now()

function fill(target: Target): boolean {
  if (target.pending !== undefined) return true
  if (ending) return false
  const due = Math.floor((performance.now() - startedAt) * ratePerTargetMs) - target.sent
  const count = Math.min(due, recordsPerBatchMax)
  if (count <= 0) return false
  const records: RecordInput[] = []
  const lasts: [number, number][] = []
  for (let i = 0; i < count; i++) {
    counter++
    const value = `${String(counter)} ${filler}`.slice(0, valueBytes)
    if (target.topic !== compacted) {
      records.push({ value })
      continue
    }
    const key = target.nextKey()
    const isTombstone = counter % tombstoneEvery === 0
    const headers = isTombstone ? [{ key: 'number', value: String(counter) }] : []
    records.push({ key: `key-${key}`, value: isTombstone ? null : value, headers })
    lasts.push([key, isTombstone ? -counter : counter])
  }
  const timestamp = BigInt(Date.now())
  const batch = buildBatch(records, { ...identity, timestamp, baseSequence: target.sequence })
  target.pending = { batch, count, lasts }
  target.sent += count
  return true
}

function acknowledge(target: Target): void {
  const { pending } = target
  if (pending === undefined) return
  target.pending = undefined
  target.sequence = sequenceAfter(target.sequence, pending.count)
  acknowledged += pending.count
  for (const [key, number] of pending.lasts) lastOfKey[key] = number
}

/** Sends what is due to one broker, request after request; ends when its leaders have moved. */
async function produceTo(connection: KafkaConnection, own: readonly Target[]): Promise<void> {
  while (!moved) {
    const due = own.filter((target) => fill(target))
    if (due.length === 0) {
      if (ending) return
      await client.pause(tickMs)
      continue
    }
    const sentAt = performance.now()
    const response = await connection.request(
      'produce',
      {
        acks: -1,
        timeoutMs: 30_000,
        topicData: topics.map((name) => ({
          name,
          partitionData: due
            .filter(({ topic }) => topic === name)
            .map(({ partition, pending }) => ({ index: partition, records: pending?.batch })),
        })),
      },
      { versionMax: 12 },
    )
    latencies.push(performance.now() - sentAt)
    let refused = 0
    for (const target of due) {
      const row = response.responses
        .find(({ name }) => name === target.topic)
        ?.partitionResponses.find(({ index }) => index === target.partition)
      if (row?.errorCode === 0) acknowledge(target)
      else refused++
    }
    if (refused > 0) {
      retries += refused
      moved = true
      return
    }
    const restMs = tickMs - (performance.now() - sentAt)
    if (restMs > 1) await client.pause(restMs)
  }
}

/** Goes with the leaders until the end. */
async function produceAll(): Promise<void> {
  while (!ending || targets.some(({ pending }) => pending !== undefined)) {
    const led = await targetsByLeader()
    moved = false
    await Promise.all(
      [...led].map(async ([broker, own]) => {
        if (broker < 0) {
          moved = true
          return
        }
        let connection: KafkaConnection | undefined
        try {
          connection = await client.openOwned(broker)
          await produceTo(connection, own)
        } catch (error) {
          if (!(error instanceof ConnectionError)) throw error
          retries++
          moved = true
        } finally {
          connection?.close()
        }
      }),
    )
    if (!ending) await client.pause(retryMs)
  }
}

async function targetsByLeader(): Promise<Map<number, Target[]>> {
  const { topics: found } = await client.metadata([...topics])
  const led = new Map<number, Target[]>()
  for (const target of targets) {
    const leader =
      found
        .find(({ name }) => name === target.topic)
        ?.partitions.find(({ partition }) => partition === target.partition)?.leader ?? -1
    led.set(leader, [...(led.get(leader) ?? []), target])
  }
  return led
}

/** Reads the compacted topic from its beginning and compares the newest record of every key. */
async function checkKeys(): Promise<EndReport> {
  const newest = new Float64Array(keys)
  let kept = 0
  for (let partition = 0; partition < partitionsEach; partition++) {
    kept += await readNewest(client, partition, newest)
  }
  let wrongKeys = 0
  for (let key = 0; key < keys; key++) {
    const wanted = lastOfKey[key] ?? 0
    const found = newest[key] ?? 0
    // A tombstone may have gone with its time.
    const isRight = found === wanted || (wanted < 0 && found === 0)
    if (!isRight) wrongKeys++
  }
  return { kind: 'end', acknowledged, kept, wrongKeys }
}

async function readNewest(
  from: ClusterClient,
  partition: number,
  newest: Float64Array,
): Promise<number> {
  const at = async (timestamp: bigint): Promise<bigint> => {
    const [row] = await listOffsets(from, [{ topic: compacted, partition, timestamp }])
    if (row === undefined || 'error' in row) throw new Error(`no offsets of partition ${partition}`)
    return row.value.offset
  }
  const end = await at(LATEST)
  const { partitions } = await from.topic(compacted)
  const leader = partitions.find((one) => one.partition === partition)?.leader ?? -1
  const connection = await from.openOwned(leader)
  let kept = 0
  const limits = { bytesMax: fetchBytes, bytesMin: 1, waitMsMax: 500 }
  for (let offset = await at(EARLIEST); offset < end; ) {
    const question = { topic: compacted, partition, offset, bytesMax: fetchBytes }
    const [outcome] = await fetchOn(connection, [question], limits)
    if (outcome === undefined || 'code' in outcome) throw new Error(`fetch: ${outcome?.code}`)
    const { records } = outcome.value
    for (const record of recordsOf(records)) {
      if (record.offset < offset) continue
      kept++
      const key = Number(String(record.key).slice('key-'.length))
      newest[key] =
        record.value === null
          ? -Number(record.headers[0]?.value)
          : Number.parseInt(String(record.value), 10)
    }
    // Batches keep their last offset when compaction takes their last records.
    const last = [...batchPositions(records)].at(-1)
    if (last === undefined) throw new Error(`nothing at offset ${offset} of ${partition}`)
    offset = lastOffset(records, last) + 1n
  }
  connection.close()
  return kept
}

const producing = produceAll()
producing.catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
process.on('message', (command: Command) => {
  if (command === 'report') {
    const report: ProducerReport = {
      kind: 'producer',
      acknowledged,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      retries,
    }
    latencies = []
    process.send?.(report)
    return
  }
  ending = true
  producing
    .then(() => checkKeys())
    .then((report) => process.send?.(report, () => process.exit(0)))
    .catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
})

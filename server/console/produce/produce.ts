// Producing from a form: some records to one topic, each answered for itself; or only a preview
// of where they would go. And a record sent again as it is.

import type { z } from 'zod'
import type { Problem } from '../../../lib/contracts/common.ts'
import type { ProduceResult, produceBody, resendBody } from '../../../lib/contracts/search.ts'
import { BatchSender } from '../../client/produce.ts'
import type { CodecName } from '../../records/compression.ts'
import type { Cluster } from '../cluster.ts'
import { findRecord } from '../messages/one-record.ts'
import { type ApiError, refusalOf } from '../problem.ts'
import type { SearchThreads } from '../search/search-threads.ts'
import { type ApplicationProducer, carries } from './application-producer.ts'
import { withWritten } from './by-schema.ts'
import { kcatCommand } from './command.ts'
import { bytesTaken, type OutgoingRecord } from './outgoing.ts'
import type { Turns } from './partitioner.ts'
import { checkPartition, choosePartition, prepareRecords } from './prepare.ts'
import { isRecordFault, type SentRecord, sendRecords } from './send-records.ts'
import { isOver, tooLarge, topicLimits } from './topic-limits.ts'

/** Well under what any topic takes by default; larger records are worth a look at the limit. */
const PLAIN_BYTES = 256 * 1024

/** What producing needs of a cluster beside itself. */
export interface Production {
  cluster: Cluster
  producer: ApplicationProducer
  turns: Turns
  /** Where payloads are written by schemas. */
  threads: SearchThreads
  signal: AbortSignal
}

export async function produce(
  production: Production,
  name: string,
  body: z.output<typeof produceBody>,
): Promise<ProduceResult> {
  const { cluster, turns, threads, signal } = production
  const { partitions } = await cluster.client.topic(name)
  const topic = { name, partitions }
  const turn = turnName(cluster, name)
  const inputs = await withWritten(threads, cluster, body.records, signal)
  const records = prepareRecords(inputs, topic, {
    now: BigInt(Date.now()),
    keyless: () => turns.look(turn, partitions),
  })
  const single = records.length === 1 ? records[0] : undefined
  const answer = {
    validateOnly: body.validateOnly,
    command:
      single === undefined
        ? null
        : kcatCommand(single, {
            bootstrap: cluster.config.bootstrap,
            topic: name,
            codec: body.codec,
            hasOwnTimestamp: body.records[0]?.timestamp !== undefined,
          }),
  }
  if (body.validateOnly) return { ...answer, records: await preview(cluster, name, records) }
  if (records.some(({ key }) => key === null)) turns.take(turn, partitions)
  const results = records.every(carries)
    ? await sendByApplication(production, name, body.codec, records)
    : await sendExactly(production, name, body.codec, records)
  return { ...answer, records: await rowsOf(cluster, name, records, results) }
}

/** Sends a record again with the same key, value and headers, byte for byte. */
export async function resend(
  production: Production,
  name: string,
  body: z.output<typeof resendBody>,
): Promise<ProduceResult> {
  const { cluster, turns, signal } = production
  const { topic: from, partition, offset } = body.from
  const { partitions } = await cluster.client.topic(name)
  const topic = { name, partitions }
  const found = await findRecord(cluster.client, from, partition, BigInt(offset), signal)
  const record: OutgoingRecord = {
    key: found.key,
    value: found.value,
    headers: found.headers,
    timestamp: body.keepTimestamp ? found.timestamp : BigInt(Date.now()),
    partition:
      body.partition === undefined
        ? choosePartition(found.key, topic, () => turns.take(turnName(cluster, name), partitions))
        : checkPartition(body.partition, topic, 'partition'),
  }
  const results = await sendExactly(production, name, 'none', [record])
  return {
    validateOnly: false,
    records: await rowsOf(cluster, name, [record], results),
    command: null,
  }
}

function turnName(cluster: Cluster, topic: string): string {
  return `${cluster.id}/${topic}`
}

type Row = ProduceResult['records'][number]

async function preview(
  cluster: Cluster,
  topic: string,
  records: readonly OutgoingRecord[],
): Promise<Row[]> {
  const sizes = records.map(bytesTaken)
  const isPlain =
    sizes.every((bytes) => bytes <= PLAIN_BYTES) && !records.some(({ key }) => key === null)
  const limits = isPlain ? undefined : await topicLimits(cluster, topic)
  return records.map(({ partition, key }, at) => {
    const bytes = sizes[at] ?? 0
    const row = { partition, offset: null }
    if (limits === undefined) return row
    if (isOver(bytes, limits)) return { ...row, problem: tooLarge(topic, bytes, limits).problem }
    return limits.needsKeys && key === null ? { ...row, problem: keyNeeded(topic) } : row
  })
}

function keyNeeded(topic: string): Problem {
  return {
    code: 'invalid_record',
    message: `${topic} is compacted, so every record needs a key.`,
    kafka: 'INVALID_RECORD',
  }
}

/** By server/client: any headers, any time, byte for byte. */
async function sendExactly(
  { cluster, signal }: Production,
  topic: string,
  codec: CodecName,
  records: readonly OutgoingRecord[],
): Promise<SentRecord[]> {
  const sender = new BatchSender(cluster.client)
  try {
    return await sendRecords(sender, { topic, codec, signal }, records)
  } finally {
    sender.close()
  }
}

/** By kafkajs: one batch per partition; what is refused for a record's sake is sorted out exactly. */
async function sendByApplication(
  production: Production,
  topic: string,
  codec: CodecName,
  records: readonly OutgoingRecord[],
): Promise<SentRecord[]> {
  const results: SentRecord[] = new Array(records.length)
  const partitions = new Set(records.map(({ partition }) => partition))
  await Promise.all(
    [...partitions].map(async (partition) => {
      const places = records.flatMap((record, at) => (record.partition === partition ? [at] : []))
      const own = places.map((at) => records[at] as OutgoingRecord)
      const sent = await production.producer.send(topic, partition, codec, own)
      const each =
        'value' in sent
          ? own.map((_, index) => ({ value: sent.value + BigInt(index) }))
          : isRecordFault(sent.error) && own.length > 1
            ? await sendExactly(production, topic, codec, own)
            : own.map(() => sent)
      places.forEach((at, index) => {
        results[at] = each[index] ?? { error: new Error('no outcome') }
      })
    }),
  )
  return results
}

/** Throws the reason when nothing was sent and there is one reason for all. */
async function rowsOf(
  cluster: Cluster,
  topic: string,
  records: readonly OutgoingRecord[],
  results: readonly SentRecord[],
): Promise<Row[]> {
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []))
  const isSizeFault = (error: Error) => isRecordFault(error) && /TOO_LARGE/.test(error.kafkaName)
  const limits = errors.some(isSizeFault) ? await topicLimits(cluster, topic) : undefined
  const told = (error: Error, record: OutgoingRecord): Error | ApiError =>
    limits !== undefined && isSizeFault(error) ? tooLarge(topic, bytesTaken(record), limits) : error
  const refusals = results.map((result, at) =>
    'error' in result ? told(result.error, records[at] as OutgoingRecord) : undefined,
  )
  const [first] = refusals
  if (first !== undefined && errors.length === results.length) {
    const codes = new Set(refusals.map((error) => refusalOf(error).problem.code))
    if (codes.size === 1) throw first
  }
  return results.map((result, at) => {
    const partition = records[at]?.partition ?? 0
    return 'value' in result
      ? { partition, offset: result.value.toString() }
      : { partition, offset: null, problem: refusalOf(refusals[at]).problem }
  })
}

// The message resources: a page, one record, its bytes, the live tail. The work is done in the
// reader threads; here it is asked for and passed on.

import type { KafkaRecord, MessagesQuery } from '../../../lib/contracts/messages.ts'
import type { Cluster } from '../cluster.ts'
import type { DocumentStream, Download } from '../http/handlers.ts'
import { refusalOf } from '../problem.ts'
import type { ReaderPool } from '../readers/reader-pool.ts'

export async function readMessages(
  pool: ReaderPool,
  cluster: Cluster,
  topic: string,
  query: MessagesQuery,
  signal: AbortSignal,
): Promise<DocumentStream> {
  const reading = await cluster.reading([topic])
  const stream = await pool.open({ kind: 'page', ...reading, topic, query }, signal)
  return stream.documents(problemDocument)
}

export async function tailMessages(
  pool: ReaderPool,
  cluster: Cluster,
  topic: string,
  query: { partitions?: string | undefined; rate: number },
  signal: AbortSignal,
): Promise<DocumentStream> {
  const reading = await cluster.reading([topic])
  const { partitions, rate } = query
  const stream = await pool.open({ kind: 'tail', ...reading, topic, partitions, rate }, signal)
  return stream.documents(problemDocument)
}

function problemDocument(error: Error): string {
  return JSON.stringify({ type: 'problem', problem: refusalOf(error).problem })
}

export interface RecordPlace {
  topic: string
  partition: number
  offset: string
}

export async function getRecord(
  pool: ReaderPool,
  cluster: Cluster,
  place: RecordPlace,
  whole: boolean,
  signal: AbortSignal,
): Promise<KafkaRecord> {
  const reading = await cluster.reading([place.topic])
  const job = { ...place, kind: 'record' as const, ...reading, offset: BigInt(place.offset), whole }
  const portion = await (await pool.open(job, signal)).next()
  if (portion === undefined || !('documents' in portion)) throw new Error('no record came')
  return JSON.parse(portion.documents[0] ?? '')
}

export async function getRecordBytes(
  pool: ReaderPool,
  cluster: Cluster,
  place: RecordPlace,
  part: 'key' | 'value',
  signal: AbortSignal,
): Promise<Download> {
  const reading = await cluster.reading([place.topic])
  const job = { ...place, kind: 'bytes' as const, ...reading, offset: BigInt(place.offset), part }
  const portion = await (await pool.open(job, signal)).next()
  if (portion === undefined || !('bytes' in portion)) throw new Error('no bytes came')
  return {
    bytes: portion.bytes,
    fileName: `${place.topic}-${place.partition}-${place.offset}-${part}.bin`,
  }
}

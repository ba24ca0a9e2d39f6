// The work of a reader thread, by kind of job. What few jobs need is loaded with the first of
// them, so that a thread starts soon.

import { inferredSchema } from '../../../lib/contracts/inferred.ts'
import { messagesLine, record as recordContract } from '../../../lib/contracts/messages.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import { openConnections } from '../../client/open-connections.ts'
import { findRecord } from '../messages/one-record.ts'
import { readPage } from '../messages/page.ts'
import { PREVIEW_TEXT_MAX, recordRow, WHOLE_TEXT_MAX } from '../messages/record-row.ts'
import { tail } from '../messages/tail.ts'
import { ApiError } from '../problem.ts'
import { type TopicDecoding, withSchemas } from '../schemas/decoding.ts'
import type { Decodings } from '../schemas/decodings.ts'
import { inferSchema } from '../schemas/infer-schema.ts'
import type { RegistryAddress } from '../schemas/registry-address.ts'
import { sampleFields } from '../search/fields.ts'
import { runScan } from '../search/run-scan.ts'
import { checkScript } from '../search/script.ts'
import { chooseTable } from '../transfer/table/choose.ts'
import type { Outlet } from './outlet.ts'
import type { ReaderJob } from './protocol.ts'

/** Documents travel in portions of about this many characters. */
const PORTION_LENGTH = 256 * 1024

/** `decodings`: of the thread. */
export async function runJob(
  client: ClusterClient,
  job: ReaderJob,
  outlet: Outlet,
  decodings: Decodings,
): Promise<void> {
  const isPatient = job.kind === 'scan' || job.kind === 'table'
  const decodingOf = decodings.forJob(job.decoding, { isPatient })
  switch (job.kind) {
    case 'page':
      return runPage(client, job, outlet, decodingOf(job.topic))
    case 'record': {
      const record = await findRecord(client, job.topic, job.partition, job.offset, outlet.signal)
      const textMax = job.whole ? WHOLE_TEXT_MAX : PREVIEW_TEXT_MAX
      const decoding = decodingOf(job.topic)
      const row = await withSchemas(() => recordRow(record, textMax, decoding))
      return outlet.send({ documents: [JSON.stringify(recordContract.parse(row))] })
    }
    case 'bytes':
      return runBytes(client, job, outlet)
    case 'tail':
      return tail(client, job, outlet, decodingOf(job.topic))
    case 'fields': {
      const list = await sampleFields(client, job.topic, outlet.signal, decodingOf(job.topic))
      return outlet.send({ documents: [JSON.stringify(list)] })
    }
    case 'messages': {
      const { messages = [], problems = [] } = (await decodings.library(job.decoding)) ?? {}
      return outlet.send({ documents: [JSON.stringify({ messages, problems })] })
    }
    case 'infer': {
      const found = await inferSchema(client, job.topic, outlet.signal, decodingOf(job.topic))
      return outlet.send({ documents: [JSON.stringify(inferredSchema.parse(found))] })
    }
    case 'warm':
      return openConnections(client)
    case 'checkScript':
      return checkScript(job.source)
    case 'skeleton': {
      const { skeletonOf } = await import('../produce/writers.ts')
      const skeleton = await skeletonOf(registryIn(job), job.choice)
      return outlet.send({ documents: [JSON.stringify(skeleton)] })
    }
    case 'write': {
      const { writePayloads } = await import('../produce/writers.ts')
      const written = await writePayloads(registryIn(job), job.payloads)
      return outlet.send({ documents: [JSON.stringify(written)] })
    }
    case 'table': {
      const table = await chooseTable(client, job.topics, outlet.signal, decodingOf)
      return outlet.send({ documents: [JSON.stringify(table)] })
    }
    case 'parquet': {
      const { makeParquet } = await import('../transfer/table/make-parquet.ts')
      return makeParquet(job.schema, outlet)
    }
    case 'scan':
      return runScan(client, job.scan, outlet, decodingOf)
  }
}

function registryIn({ decoding }: ReaderJob): RegistryAddress {
  const registry = decoding?.registry ?? null
  if (registry === null) throw new Error('a job by schemas without a registry')
  return registry
}

async function runPage(
  client: ClusterClient,
  job: Extract<ReaderJob, { kind: 'page' }>,
  outlet: Outlet,
  decoding: TopicDecoding,
): Promise<void> {
  let documents: string[] = []
  let length = 0
  for await (const line of readPage(client, job.topic, job.query, outlet.signal, decoding)) {
    const document = JSON.stringify(messagesLine.parse(line))
    documents.push(document)
    length += document.length
    if (length >= PORTION_LENGTH) {
      await outlet.send({ documents })
      documents = []
      length = 0
    }
  }
  await outlet.send({ documents })
}

async function runBytes(
  client: ClusterClient,
  job: Extract<ReaderJob, { kind: 'bytes' }>,
  outlet: Outlet,
): Promise<void> {
  const { topic, partition, offset, part } = job
  const record = await findRecord(client, topic, partition, offset, outlet.signal)
  const bytes = record[part]
  if (bytes === null) {
    throw new ApiError(404, {
      code: 'null_payload',
      message: `The ${part} of this record is null, so there are no bytes to download.`,
      field: 'part',
    })
  }
  await outlet.send({ bytes: new Uint8Array(bytes) })
}

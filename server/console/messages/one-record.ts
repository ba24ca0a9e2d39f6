// One record by its place, as a row or as bytes.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { KafkaError } from '../../client/errors.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { ApiError } from '../problem.ts'
import type { FetchedRecord } from './fetched-records.ts'
import { KafkaSource } from './kafka-source.ts'

const FETCH_BYTES = 16 * 1024

/** Throws ApiError 404 when there is no record at that offset. */
export async function findRecord(
  client: ClusterClient,
  topic: string,
  partition: number,
  offset: bigint,
  signal: AbortSignal,
): Promise<FetchedRecord> {
  const { partitions } = await client.topic(topic, 2_000)
  if (!partitions.some((one) => one.partition === partition)) {
    throw new ApiError(404, {
      code: 'unknown_partition',
      message: `Topic ${topic} has no partition ${partition}.`,
      field: 'partition',
    })
  }
  const source = new KafkaSource(client, topic, signal)
  const question = { partition, from: offset, low: offset, to: offset + 1n, bytesMax: FETCH_BYTES }
  const [run] = await source.read([question]).catch((error: unknown) => {
    if (error instanceof KafkaError && error.code === ErrorCode.OFFSET_OUT_OF_RANGE) return []
    throw error
  })
  const record = run?.records[0]
  if (record !== undefined) return record
  const damage = source.damages[0]
  if (damage !== undefined) {
    throw new ApiError(502, { code: 'unreadable_batch', message: `${damage.reason}.` })
  }
  throw new ApiError(404, {
    code: 'unknown_record',
    message: `There is no record at offset ${offset} of ${topic}-${partition}: it was compacted away, is a transaction marker, or lies outside the log.`,
    field: 'offset',
  })
}

// A record as the API tells it.

import type { KafkaRecord } from '../../../lib/contracts/messages.ts'
import { CODECS } from '../../records/compression.ts'
import type { TopicDecoding } from '../schemas/decoding.ts'
import type { FetchedRecord } from './fetched-records.ts'

/** Text of a key, value or header in lists; the record's own address gives the whole. */
export const PREVIEW_TEXT_MAX = 64 * 1024
export const WHOLE_TEXT_MAX = 16 * 1024 * 1024

/** Throws SchemaNeeded where a schema has to be loaded first. */
export function recordRow(
  record: FetchedRecord,
  textMax: number,
  decoding: TopicDecoding,
): KafkaRecord {
  const { batch, headers } = record
  return {
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestamp.toString(),
    timestampType: batch.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    key: decoding.payload('key', record, textMax),
    value: decoding.payload('value', record, textMax),
    headers: headers.map(({ key, value }) => ({ key, value: decoding.header(value, textMax) })),
    batch: {
      baseOffset: batch.baseOffset.toString(),
      bytes: batch.bytes,
      records: batch.records,
      codec: CODECS[batch.codec] ?? 'unknown',
      leaderEpoch: batch.leaderEpoch,
      producerId: batch.producerId.toString(),
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      transactional: batch.transactional,
    },
  }
}

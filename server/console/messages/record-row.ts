// A record as the API tells it.

import type { KafkaRecord } from '../../../lib/contracts/messages.ts'
import { decodePayload } from '../../../lib/decode/index.ts'
import { CODECS } from '../../records/compression.ts'
import type { FetchedRecord } from './fetched-records.ts'

/** Text of a key, value or header in lists; the record's own address gives the whole. */
export const PREVIEW_TEXT_MAX = 64 * 1024
export const WHOLE_TEXT_MAX = 16 * 1024 * 1024

export function recordRow(record: FetchedRecord, textMax: number): KafkaRecord {
  const { batch } = record
  const options = { textMax }
  return {
    partition: record.partition,
    offset: record.offset.toString(),
    timestamp: record.timestamp.toString(),
    timestampType: batch.logAppendTime ? 'LogAppendTime' : 'CreateTime',
    key: decodePayload(record.key, options),
    value: decodePayload(record.value, options),
    headers: record.headers.map(({ key, value }) => ({
      key,
      value: decodePayload(value, options),
    })),
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

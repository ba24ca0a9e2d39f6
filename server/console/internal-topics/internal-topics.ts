// The topics that Kafka and schema registries keep for themselves, by name, and how their records
// are read. Everybody else's topics are none of these.

import type { Decoder } from '../../../lib/decode/index.ts'
import { coordinatorRecords } from './coordinator-records.ts'
import { GROUP_RECORDS, SHARE_RECORDS, TRANSACTION_RECORDS } from './record-types.ts'
import { registryKey, registryValue } from './registry-records.ts'

export interface PartDecoders {
  key: Decoder
  value: Decoder
}

const DECODERS: ReadonlyMap<string, PartDecoders> = new Map([
  ['__consumer_offsets', coordinatorRecords('group-records', GROUP_RECORDS)],
  ['__share_group_state', coordinatorRecords('share-records', SHARE_RECORDS)],
  ['__transaction_state', coordinatorRecords('transaction-records', TRANSACTION_RECORDS)],
  ['_schemas', { key: registryKey, value: registryValue }],
])

/** Undefined for a topic that is nothing special. */
export function internalDecoders(topic: string): PartDecoders | undefined {
  return DECODERS.get(topic)
}

// The records of the metadata log, as values, and their bytes.
//
// One record is the value of one Kafka record: a frame of three varints (frame version 1, record
// type, version of the type), then the body. Only what the image understands can be written or
// read; anything else is an error that names it, because skipping a decision would make two
// images of the same log differ.

import { decodeFrom, encodeTo } from '../protocol/codec.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import { brokerRegistrationChangeRecord } from '../protocol/metadata-records/broker-registration-change-record.ts'
import { configRecord } from '../protocol/metadata-records/config-record.ts'
import { featureLevelRecord } from '../protocol/metadata-records/feature-level-record.ts'
import { fenceBrokerRecord } from '../protocol/metadata-records/fence-broker-record.ts'
import { noOpRecord } from '../protocol/metadata-records/no-op-record.ts'
import { partitionChangeRecord } from '../protocol/metadata-records/partition-change-record.ts'
import { partitionRecord } from '../protocol/metadata-records/partition-record.ts'
import { producerIdsRecord } from '../protocol/metadata-records/producer-ids-record.ts'
import { registerBrokerRecord } from '../protocol/metadata-records/register-broker-record.ts'
import { removeTopicRecord } from '../protocol/metadata-records/remove-topic-record.ts'
import { topicRecord } from '../protocol/metadata-records/topic-record.ts'
import { unfenceBrokerRecord } from '../protocol/metadata-records/unfence-broker-record.ts'
import { unregisterBrokerRecord } from '../protocol/metadata-records/unregister-broker-record.ts'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'

const FRAME_VERSION = 1

/** Every record type that is written here, and the version it is written in. */
const types = {
  RegisterBroker: { message: registerBrokerRecord, version: 4 },
  UnregisterBroker: { message: unregisterBrokerRecord, version: 0 },
  Topic: { message: topicRecord, version: 0 },
  Partition: { message: partitionRecord, version: 2 },
  Config: { message: configRecord, version: 0 },
  PartitionChange: { message: partitionChangeRecord, version: 2 },
  FenceBroker: { message: fenceBrokerRecord, version: 0 },
  UnfenceBroker: { message: unfenceBrokerRecord, version: 0 },
  RemoveTopic: { message: removeTopicRecord, version: 0 },
  FeatureLevel: { message: featureLevelRecord, version: 0 },
  ProducerIds: { message: producerIdsRecord, version: 0 },
  BrokerRegistrationChange: { message: brokerRegistrationChangeRecord, version: 3 },
  NoOp: { message: noOpRecord, version: 0 },
} as const

type Types = typeof types
export type MetadataRecordType = keyof Types

/** A record to be written: fields that are left out have their defaults. */
export type MetadataRecord = {
  [N in MetadataRecordType]: { type: N; data: InputOf<Types[N]['message']> }
}[MetadataRecordType]

/** A record as it was read: every field is there. */
export type ReadMetadataRecord = {
  [N in MetadataRecordType]: { type: N; data: DataOf<Types[N]['message']> }
}[MetadataRecordType]

/** The metadata log holds a record that this program cannot replay. */
export class UnknownMetadataRecordError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnknownMetadataRecordError'
  }
}

/** Kafka's record types that are known by name only, so that the error can say which it met. */
const NAMES_NOT_REPLAYED: Record<number, string> = {
  10: 'DelegationToken',
  11: 'UserScramCredential',
  14: 'ClientQuota',
  18: 'AccessControlEntry',
  19: 'RemoveAccessControlEntry',
  21: 'ZkMigrationState',
  22: 'RemoveUserScramCredential',
  23: 'BeginTransaction',
  24: 'EndTransaction',
  25: 'AbortTransaction',
  26: 'RemoveDelegationToken',
  27: 'RegisterController',
  28: 'ClearElr',
}

const typesByKey = new Map<number, MetadataRecordType>(
  Object.entries(types).map(([name, { message }]) => [message.apiKey, name as MetadataRecordType]),
)

/** The value of the Kafka record that carries `record`. */
export function encodeMetadataRecord(record: MetadataRecord): Buffer {
  const { message, version } = types[record.type]
  const writer = new Writer()
  writer.uvarint(FRAME_VERSION)
  writer.uvarint(message.apiKey)
  writer.uvarint(version)
  encodeTo(writer, message, version, record.data)
  return writer.joined()
}

/** Throws UnknownMetadataRecordError for what the image does not replay, DecodeError for garbage. */
export function decodeMetadataRecord(value: Buffer): ReadMetadataRecord {
  const reader = new Reader(value)
  const frameVersion = reader.uvarint()
  if (frameVersion !== FRAME_VERSION) {
    throw new UnknownMetadataRecordError(`frame version ${frameVersion} of a metadata record`)
  }
  const key = reader.uvarint()
  const version = reader.uvarint()
  const type = typesByKey.get(key)
  if (type === undefined) {
    const name = NAMES_NOT_REPLAYED[key] ?? 'unknown'
    throw new UnknownMetadataRecordError(`metadata record type ${key} (${name}) is not supported`)
  }
  const { message } = types[type]
  if (version < message.versions.first || version > message.versions.last) {
    throw new UnknownMetadataRecordError(`${type} record in version ${version} is not supported`)
  }
  const data = decodeFrom(reader, message, version)
  if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes after a ${type} record`)
  return { type, data } as ReadMetadataRecord
}

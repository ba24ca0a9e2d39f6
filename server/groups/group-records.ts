// The records by which groups and their committed offsets are kept in __consumer_offsets, in
// Kafka's formats: a key is its type (int16) and a body, a value its version (int16) and a body.
// Record types that are not of the classic protocol read as `other` and are left alone.

import type { StateRecord } from '../coordination/ports.ts'
import { decodeFrom, encodeTo } from '../protocol/codec.ts'
import type { InputOf, Message } from '../protocol/definition.ts'
import { groupMetadataKey } from '../protocol/group-records/group-metadata-key.ts'
import {
  type GroupMetadataValue,
  groupMetadataValue,
} from '../protocol/group-records/group-metadata-value.ts'
import {
  type OffsetCommitKey,
  offsetCommitKey,
} from '../protocol/group-records/offset-commit-key.ts'
import {
  type OffsetCommitValue,
  offsetCommitValue,
} from '../protocol/group-records/offset-commit-value.ts'
import { Reader } from '../protocol/reader.ts'
import { Writer } from '../protocol/writer.ts'

/** The versions that Apache Kafka 4 writes: the newest that are not flexible. */
const OFFSET_COMMIT_VALUE_VERSION = 3
const GROUP_METADATA_VALUE_VERSION = 3

/** Types 0 and 1 differ in the key's number only: 0 was written by Kafka before 0.9. */
const LEGACY_OFFSET_COMMIT = 0

export type GroupRecord =
  | { kind: 'offset'; key: OffsetCommitKey; value: OffsetCommitValue | null }
  | { kind: 'group'; groupId: string; value: GroupMetadataValue | null }
  | { kind: 'other' }

function prefixed<M extends Message>(
  prefix: number,
  message: M,
  version: number,
  body: InputOf<M>,
): Buffer {
  const writer = new Writer(128)
  writer.int16(prefix)
  encodeTo(writer, message, version, body)
  return writer.joined()
}

export function offsetRecord(
  key: OffsetCommitKey,
  value: InputOf<typeof offsetCommitValue> | null,
): StateRecord {
  return {
    key: prefixed(offsetCommitKey.apiKey, offsetCommitKey, 0, key),
    value:
      value === null
        ? null
        : prefixed(
            OFFSET_COMMIT_VALUE_VERSION,
            offsetCommitValue,
            OFFSET_COMMIT_VALUE_VERSION,
            value,
          ),
  }
}

export function groupRecord(
  groupId: string,
  value: InputOf<typeof groupMetadataValue> | null,
): StateRecord {
  const version = GROUP_METADATA_VALUE_VERSION
  return {
    key: prefixed(groupMetadataKey.apiKey, groupMetadataKey, 0, { group: groupId }),
    value: value === null ? null : prefixed(version, groupMetadataValue, version, value),
  }
}

/** Reads a record. Throws DecodeError for bytes that are not what their type says. */
export function readGroupRecord(record: StateRecord): GroupRecord {
  const key = new Reader(record.key)
  const type = key.int16()
  if (type === offsetCommitKey.apiKey || type === LEGACY_OFFSET_COMMIT) {
    return {
      kind: 'offset',
      key: decodeFrom(key, offsetCommitKey, 0),
      value: readValue(record.value, offsetCommitValue),
    }
  }
  if (type === groupMetadataKey.apiKey) {
    return {
      kind: 'group',
      groupId: decodeFrom(key, groupMetadataKey, 0).group,
      value: readValue(record.value, groupMetadataValue),
    }
  }
  return { kind: 'other' }
}

function readValue<M extends Message>(value: Buffer | null, message: M) {
  if (value === null) return null
  const reader = new Reader(value)
  const version = reader.int16()
  return decodeFrom(reader, message, version)
}

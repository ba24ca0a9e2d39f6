// From the records of a request to records that can be sent: bytes, times, partitions. What is
// wrong is refused with the field's place, before anything is sent.

import type { PayloadInput } from '../../../lib/contracts/search.ts'
import { ApiError } from '../problem.ts'
import type { PlainInput } from './by-schema.ts'
import { bytesOf, type OutgoingRecord, PayloadError, timestampOf } from './outgoing.ts'
import { type PartitionRow, partitionOfKey } from './partitioner.ts'

export interface Topic {
  name: string
  partitions: readonly PartitionRow[]
}

export interface PrepareOptions {
  /** For records without a time of their own. */
  now: bigint
  /** The partition for records without a key; all of one request go together. */
  keyless: () => number
}

export function prepareRecords(
  inputs: readonly PlainInput[],
  topic: Topic,
  { now, keyless }: PrepareOptions,
): OutgoingRecord[] {
  return inputs.map((input, at) => {
    const field = (name: string) => `records.${at}.${name}`
    const key = read(input.key, field('key'))
    return {
      key,
      value: read(input.value, field('value')),
      headers: input.headers.map(({ key: name, value }, header) => ({
        key: headerName(name, field(`headers.${header}.key`)),
        value: read(value, field(`headers.${header}.value`)),
      })),
      timestamp:
        input.timestamp === undefined
          ? now
          : refused(field('timestamp'), () => timestampOf(input.timestamp ?? '')),
      partition:
        input.partition === undefined
          ? choosePartition(key, topic, keyless)
          : checkPartition(input.partition, topic, field('partition')),
    }
  })
}

/** Throws ApiError 400 for a partition that the topic does not have. */
export function checkPartition(partition: number, topic: Topic, field: string): number {
  if (topic.partitions.some((row) => row.partition === partition)) return partition
  throw new ApiError(400, {
    code: 'unknown_partition',
    message: `Topic ${topic.name} has no partition ${partition}, only ${topic.partitions.length} of them from 0 on.`,
    field,
  })
}

export function choosePartition(
  key: Uint8Array | null,
  { partitions }: Topic,
  keyless: () => number,
): number {
  return key === null ? keyless() : partitionOfKey(key, partitions.length)
}

function read(payload: PayloadInput, field: string): Buffer | null {
  return refused(field, () => bytesOf(payload))
}

function headerName(name: string, field: string): string {
  refused(field, () => bytesOf(name))
  return name
}

function refused<T>(field: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: `"${field}" ${error.message}.`,
      field,
    })
  }
}

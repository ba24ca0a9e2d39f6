// Snapshots of the metadata log (KIP-630), in Kafka's form: what the log up to an offset adds up
// to, as record batches. Names and bytes only; who writes, keeps and loads them is
// controller/snapshots.ts.
//
//   <end offset, 20 digits>-<epoch, 10 digits>.checkpoint
//
//   control batch   SnapshotHeader: timestamp of the last record that is in here
//   batches         metadata records, as the log has them; offsets count from 0
//   control batch   SnapshotFooter: nothing is missing
//
// The end offset is that of the first record that is not in the snapshot, the epoch that of the
// last one that is.

import { decode, encode } from '../protocol/codec.ts'
import { snapshotFooterRecord } from '../protocol/control-records/snapshot-footer-record.ts'
import {
  type SnapshotHeaderRecord,
  snapshotHeaderRecord,
} from '../protocol/control-records/snapshot-header-record.ts'
import { DecodeError } from '../protocol/reader.ts'
import { batchBytes } from '../records/batch.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { batchPositions } from '../records/batch-check.ts'
import { MalformedRecords } from '../records/record-reader.ts'
import { type LogRecord, recordsOf } from '../records/records.ts'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type ReadMetadataRecord,
  UnknownMetadataRecordError,
} from './records.ts'

export interface SnapshotId {
  readonly endOffset: bigint
  readonly epoch: number
}

const SUFFIX = '.checkpoint'
/** A snapshot that is being written; counts for nothing. */
export const PARTIAL_SUFFIX = '.part'
/** A snapshot that could not be read, kept for whoever wants to look. */
export const DAMAGED_SUFFIX = '.damaged'

const VERSION = 0
const HEADER_TYPE = 3
const FOOTER_TYPE = 4
/** Versions of the consensus and its voters, which other programs may put there. */
const OTHER_CONTROL_TYPES: readonly number[] = [5, 6]
/** Small enough that making one holds nobody up. */
const RECORDS_PER_BATCH = 500

/** The bytes are not those of a whole snapshot. */
export class SnapshotDamagedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SnapshotDamagedError'
  }
}

export function snapshotFileName({ endOffset, epoch }: SnapshotId): string {
  return `${String(endOffset).padStart(20, '0')}-${String(epoch).padStart(10, '0')}${SUFFIX}`
}

/** Undefined for what is not a whole snapshot. */
export function parseSnapshotFileName(name: string): SnapshotId | undefined {
  const match = /^(\d{20})-(\d{10})\.checkpoint$/.exec(name)
  if (match === null) return undefined
  return { endOffset: BigInt(match[1] as string), epoch: Number(match[2]) }
}

/** The snapshot's bytes, batch by batch; the whole is the batches one after the other. */
export function* snapshotBatches(
  records: readonly MetadataRecord[],
  epoch: number,
  lastContainedLogTimestamp: bigint,
): Generator<Buffer> {
  let baseOffset = 0n
  const options = () => ({ baseOffset, leaderEpoch: epoch, timestamp: lastContainedLogTimestamp })
  const header = encode(snapshotHeaderRecord, VERSION, {
    version: VERSION,
    lastContainedLogTimestamp,
  })
  yield buildBatch([{ key: controlKey(HEADER_TYPE), value: header }], {
    ...options(),
    control: true,
  })
  baseOffset++
  for (let at = 0; at < records.length; at += RECORDS_PER_BATCH) {
    const values = records.slice(at, at + RECORDS_PER_BATCH).map(encodeMetadataRecord)
    yield buildBatch(
      values.map((value) => ({ key: null, value })),
      options(),
    )
    baseOffset += BigInt(values.length)
  }
  const footer = encode(snapshotFooterRecord, VERSION, { version: VERSION })
  yield buildBatch([{ key: controlKey(FOOTER_TYPE), value: footer }], {
    ...options(),
    control: true,
  })
}

/** Of the snapshot whose first bytes are `head`, from its header; undefined when that is damaged. */
export function lastTimestampOf(head: Buffer): bigint | undefined {
  const [at] = batchPositions(head)
  if (at === undefined) return undefined
  try {
    const [record] = recordsOf(head.subarray(0, batchBytes(head, at)))
    const value = record?.value ?? Buffer.alloc(0)
    return decode(snapshotHeaderRecord, VERSION, value).lastContainedLogTimestamp
  } catch (error) {
    if (error instanceof MalformedRecords || error instanceof DecodeError) return undefined
    throw error
  }
}

export interface SnapshotContent {
  readonly records: readonly ReadMetadataRecord[]
  readonly lastContainedLogTimestamp: bigint
}

/** Throws SnapshotDamagedError for anything but a whole snapshot of records that are known here. */
export function readSnapshot(content: Buffer): SnapshotContent {
  try {
    return readChecked(content)
  } catch (error) {
    const isDamage =
      error instanceof MalformedRecords ||
      error instanceof DecodeError ||
      error instanceof UnknownMetadataRecordError
    throw isDamage ? new SnapshotDamagedError(error.message) : error
  }
}

function readChecked(content: Buffer): SnapshotContent {
  let end = 0
  for (const at of batchPositions(content)) end = at + batchBytes(content, at)
  if (end < content.length) throw new SnapshotDamagedError(`a snapshot ends at byte ${end}`)
  const records: ReadMetadataRecord[] = []
  let header: SnapshotHeaderRecord | undefined
  let isWhole = false
  for (const record of recordsOf(content)) {
    if (isWhole) throw new SnapshotDamagedError('a snapshot goes on after its footer')
    const type = record.control ? controlType(record) : undefined
    const value = record.value ?? Buffer.alloc(0)
    if (header === undefined) {
      if (type !== HEADER_TYPE) throw new SnapshotDamagedError('a snapshot has no header')
      header = decode(snapshotHeaderRecord, VERSION, value)
    } else if (type === undefined) {
      records.push(decodeMetadataRecord(value))
    } else if (type === FOOTER_TYPE) {
      isWhole = true
    } else if (!OTHER_CONTROL_TYPES.includes(type)) {
      throw new SnapshotDamagedError(`a control record of type ${type} in a snapshot`)
    }
  }
  if (header === undefined || !isWhole) throw new SnapshotDamagedError('a snapshot has no footer')
  return { records, lastContainedLogTimestamp: header.lastContainedLogTimestamp }
}

/** int16 version, int16 type. */
function controlKey(type: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(type, 2)
  return key
}

function controlType({ key }: LogRecord): number {
  return key !== null && key.length >= 4 ? key.readInt16BE(2) : -1
}

// Snapshots of the producer state at an offset, so that opening a log need not replay it all.
//
//   int16 version 1 · uint32 CRC-32C of what follows it · the entries (ProducerSnapshot)
//
// A snapshot keeps the last batch of each producer, as Kafka's do. One that is damaged is
// passed over for an older one: a snapshot only saves time.

import { decode, encode } from '../protocol/codec.ts'
import {
  type ProducerSnapshot,
  producerSnapshot,
} from '../protocol/control-records/producer-snapshot.ts'
import { DecodeError } from '../protocol/reader.ts'
import { crc32c } from '../records/crc32c.ts'
import type { Disk, DiskEntry } from '../runtime/runtime.ts'
import { parseSegmentFileName, segmentFileName } from './file-names.ts'
import { ProducerState } from './producer-state.ts'

const VERSION = 1
const VERSION_BYTES = 2
const HEADER_BYTES = 6
/** Some seventeen million producers of 61 bytes would be more than a log should know. */
const SNAPSHOT_BYTES_MAX = 1024 * 1024 * 1024

export function serializeProducers(state: ProducerState): Buffer {
  const producerEntries = [...state.all()].map(([producerId, entry]) => {
    const last = entry.batches.at(-1)
    return {
      producerId,
      epoch: entry.epoch,
      lastSequence: last?.lastSequence ?? -1,
      lastOffset: last?.lastOffset ?? -1n,
      offsetDelta: last?.offsetDelta ?? 0,
      timestamp: last?.timestamp ?? -1n,
      coordinatorEpoch: -1,
      currentTxnFirstOffset: -1n,
    }
  })
  const body = encode(producerSnapshot, VERSION, { crc: 0, producerEntries })
  const file = Buffer.alloc(VERSION_BYTES + body.length)
  file.writeInt16BE(VERSION)
  body.copy(file, VERSION_BYTES)
  file.writeUInt32BE(crc32c(file.subarray(HEADER_BYTES)), VERSION_BYTES)
  return file
}

/** Undefined when the content is damaged. */
export function parseProducers(content: Buffer): ProducerState | undefined {
  if (content.length < HEADER_BYTES || content.readInt16BE(0) !== VERSION) return undefined
  if (content.readUInt32BE(VERSION_BYTES) !== crc32c(content.subarray(HEADER_BYTES))) {
    return undefined
  }
  let snapshot: ProducerSnapshot
  try {
    snapshot = decode(producerSnapshot, VERSION, content.subarray(VERSION_BYTES))
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
  const state = new ProducerState()
  for (const entry of snapshot.producerEntries) {
    const { epoch, lastSequence, lastOffset, offsetDelta, timestamp } = entry
    state.restore(entry.producerId, {
      epoch,
      batches: lastOffset < 0n ? [] : [{ lastSequence, lastOffset, offsetDelta, timestamp }],
    })
  }
  return state
}

/** Offsets of the snapshots among a folder's files, newest first. */
export function snapshotsAmong(entries: readonly DiskEntry[]): bigint[] {
  return entries
    .map((entry) => parseSegmentFileName(entry.name))
    .filter((file) => file?.kind === '.snapshot')
    .map((file) => file?.baseOffset ?? 0n)
    .sort((a, b) => (a < b ? 1 : -1))
}

function snapshotPath(folder: string, offset: bigint): string {
  return `${folder}/${segmentFileName(offset, '.snapshot')}`
}

/** The state at the newest snapshot that can be read, and where its replay goes on. */
export function loadNewestSnapshot(
  disk: Disk,
  folder: string,
  snapshots: readonly bigint[],
): { state: ProducerState; offset: bigint } | undefined {
  for (const at of snapshots) {
    const content = disk.readSmall(snapshotPath(folder, at), SNAPSHOT_BYTES_MAX)
    const state = content === undefined ? undefined : parseProducers(content)
    if (state !== undefined) return { state, offset: at }
  }
  return undefined
}

/** Not synced: a snapshot that a crash takes away or tears is passed over. */
export function writeSnapshot(disk: Disk, folder: string, offset: bigint, content: Buffer): void {
  const file = disk.open(snapshotPath(folder, offset), 'create')
  try {
    file.truncate(0)
    file.write([content], 0)
  } finally {
    file.close()
  }
}

export function removeSnapshot(disk: Disk, folder: string, offset: bigint): void {
  disk.remove(snapshotPath(folder, offset))
}

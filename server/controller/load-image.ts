// Makes the controller's image from what is on disk: the newest snapshot that can be read, then
// what the metadata log says after it.
//
// A snapshot that is damaged is said to be and set aside; an older one serves as well, since the
// log is kept from the end of the oldest one on (META-7). Where nothing makes up for it, the
// controller does not start: an image with a hole would be a cluster that never was.

import { MetadataImage } from '../metadata/image.ts'
import { readMetadataEntries } from '../metadata/metadata-batches.ts'
import { SnapshotDamagedError } from '../metadata/snapshot.ts'
import type { Logger } from '../runtime/runtime.ts'
import type { MetadataLog } from './metadata-log.ts'
import type { KeptSnapshot, Snapshots } from './snapshots.ts'

const REPLAY_BYTES = 4 * 1024 * 1024

/** Neither a snapshot nor the log tells how the cluster came to be what the rest speaks of. */
export class MetadataLostError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MetadataLostError'
  }
}

export interface LoadedImage {
  readonly image: MetadataImage
  /** Of the last record; -1 for none. */
  readonly epoch: number
  /** Of the last record, in milliseconds; -1n for none. */
  readonly timestamp: bigint
  /** Of the log that was replayed on top of the snapshot. */
  readonly bytesSinceSnapshot: number
}

/** Throws MetadataLostError, DiskError, or whatever makes the log impossible to replay. */
export function loadImage(
  clusterId: string,
  metadataLog: MetadataLog,
  snapshots: Snapshots,
  log: Logger,
): LoadedImage {
  const image = new MetadataImage(clusterId)
  const snapshot = loadSnapshot(image, metadataLog, snapshots, log)
  if (snapshot !== undefined && metadataLog.endOffset < snapshot.id.endOffset) {
    log.warn('the metadata log ends before its newest snapshot and goes on after it', {
      logEndOffset: metadataLog.endOffset,
      snapshot: snapshots.pathOf(snapshot.id),
    })
    metadataLog.restartAt(snapshot.id.endOffset)
  }
  let bytes = 0
  let timestamp = snapshot?.lastContainedLogTimestamp ?? -1n
  while (image.offset + 1n < metadataLog.endOffset) {
    const from = image.offset + 1n
    const records = metadataLog.read(from, metadataLog.endOffset, REPLAY_BYTES)
    const run = readMetadataEntries(records, from)
    if (run.lastOffset < from) throw new Error(`the metadata log has nothing at offset ${from}`)
    image.replay(run.entries)
    image.advanceTo(run.lastOffset)
    bytes += records.length
    timestamp = run.lastTimestamp
  }
  const epoch = Math.max(metadataLog.latestEpoch, snapshot?.id.epoch ?? -1)
  return { image, epoch, timestamp, bytesSinceSnapshot: bytes }
}

/** The newest that can be read and that the log continues, replayed; undefined for none. */
function loadSnapshot(
  image: MetadataImage,
  metadataLog: MetadataLog,
  snapshots: Snapshots,
  log: Logger,
): KeptSnapshot | undefined {
  const damaged: string[] = []
  for (const snapshot of [...snapshots.all()].reverse()) {
    if (snapshot.id.endOffset < metadataLog.startOffset) break
    try {
      const { records } = snapshots.read(snapshot.id)
      image.replayUpTo(snapshot.id.endOffset - 1n, records)
      return snapshot
    } catch (error) {
      if (!(error instanceof SnapshotDamagedError)) throw error
      const path = snapshots.pathOf(snapshot.id)
      log.error('a snapshot of the metadata is damaged; it is set aside', { path, error })
      snapshots.setAside(snapshot.id)
      damaged.push(path)
    }
  }
  if (metadataLog.startOffset > 0n) {
    throw new MetadataLostError(
      `the metadata log begins at offset ${metadataLog.startOffset}, and no snapshot holds what ` +
        `was before${damaged.length === 0 ? '' : `; damaged: ${damaged.join(', ')}`}`,
    )
  }
  return undefined
}

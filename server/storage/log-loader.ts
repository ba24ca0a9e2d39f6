// Opens a partition's log: lists its segments, and puts together what is known of it. Where it
// ends, and recovery after an unclean stop, is load-walk.ts; opening without looking into the files
// is summarized-log.ts.

import type { DiskEntry } from '../runtime/runtime.ts'
import { LEADER_EPOCHS, parseSegmentFileName } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { LoadWalk, type LogIdentity, type LogToLoad } from './load-walk.ts'
import { Log } from './log.ts'
import type { LogContext } from './log-context.ts'
import type { FoundProducers } from './log-producers.ts'
import { replayProducers } from './producer-replay.ts'
import { loadNewestSnapshot, removeSnapshot, snapshotsAmong } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import type { RecoveryReport } from './recovery-report.ts'
import { Segment } from './segment.ts'
import { settleFolder } from './segment-files.ts'

/** Opens the log in `folder`, or makes an empty one there. */
export function loadLog(context: LogContext, load: LogToLoad): Log {
  const entries = settleFolder(context, load.folder)
  const found = listSegments(context, load.folder, entries)
  let fresh = found.length === 0
  if (fresh && load.logStartOffset > 0n) found.push(emptySegment(context, load))
  // Its file is made by the first record.
  else if (fresh) found.push(new Segment(context.pool, load.folder, 0n))
  const epochs = loadEpochs(context, load.folder)
  const walk = new LoadWalk(context, load, found, epochs)
  let logEndOffset = walk.run()
  const { segments } = walk
  if (!load.clean && !fresh) reportRecovery(context, load, walk.did, logEndOffset)
  if (logEndOffset < load.recoveryPoint) {
    context.log.error('The log lost records that had been on the device', {
      folder: load.folder,
      offset: logEndOffset,
      recoveryPoint: load.recoveryPoint,
    })
  }
  if (logEndOffset < load.logStartOffset) {
    // A crash took records of which a part had been deleted. Their offsets must not be used again.
    context.log.warn('The log ended before its start and begins anew', {
      folder: load.folder,
      offset: logEndOffset,
      logStartOffset: load.logStartOffset,
    })
    for (const segment of segments.splice(0)) walk.removeSegment(segment)
    segments.push(emptySegment(context, load))
    logEndOffset = load.logStartOffset
    epochs.clear()
    fresh = true
  }
  epochs.truncateFromEnd(logEndOffset)
  const first = segments[0]?.baseOffset ?? 0n
  const logStartOffset = load.logStartOffset > first ? load.logStartOffset : first
  epochs.truncateFromStart(logStartOffset)
  const producers = findProducers(context, load, segments, entries, logEndOffset)
  for (const segment of segments) segment.close()
  return new Log(context, load.folder, load.topicId, load.config, {
    segments,
    logStartOffset,
    logEndOffset,
    // After a clean stop everything is on the device; otherwise what the checkpoint says.
    recoveryPoint:
      load.clean || load.recoveryPoint > logEndOffset ? logEndOffset : load.recoveryPoint,
    // Past the end it was noted before the log was cut: begin from the start again.
    compactedTo: load.compactedTo > logEndOffset ? 0n : load.compactedTo,
    epochs,
    producers,
    closedInOrder: load.clean && !fresh,
    namesUnsynced: fresh || !load.clean,
  })
}

/**
 * A new log, of which there is nothing on disk yet: `makeFolder` is called before its first write,
 * or when the log is asked to make its folder.
 */
export function newLog(
  context: LogContext,
  { folder, topicId, config }: LogIdentity,
  makeFolder: () => void,
): Log {
  return new Log(context, folder, topicId, config, {
    segments: [new Segment(context.pool, folder, 0n)],
    logStartOffset: 0n,
    logEndOffset: 0n,
    recoveryPoint: 0n,
    compactedTo: 0n,
    epochs: new LeaderEpochs(),
    producers: { state: new ProducerState(), snapshots: [] },
    closedInOrder: false,
    namesUnsynced: true,
    makeFolder,
  })
}

function findProducers(
  { disk }: LogContext,
  { folder, clean }: LogToLoad,
  segments: readonly Segment[],
  entries: readonly DiskEntry[],
  logEndOffset: bigint,
): FoundProducers {
  const snapshots: bigint[] = []
  for (const offset of snapshotsAmong(entries)) {
    if (offset > logEndOffset) removeSnapshot(disk, folder, offset)
    else snapshots.push(offset)
  }
  if (clean) return { state: undefined, snapshots }
  const snapshot = loadNewestSnapshot(disk, folder, snapshots)
  return { state: replayProducers(segments, snapshot, new ProducerState()), snapshots }
}

function reportRecovery(
  { log }: LogContext,
  { folder, recoveryPoint, report }: LogToLoad,
  did: RecoveryReport,
  logEndOffset: bigint,
): void {
  did.logs = 1
  if (did.bytesChecked > 0) did.logsChecked = 1
  report?.add(did)
  if (did.isIdle) return
  const { segmentsChecked, bytesChecked, bytesCut, segmentsCut, indexesMended } = did
  log.info('A log was recovered', {
    folder,
    recoveryPoint,
    logEndOffset,
    segmentsChecked,
    bytesChecked,
    bytesCut,
    segmentsCut,
    indexesMended,
  })
}

function emptySegment(context: LogContext, load: LogToLoad): Segment {
  const segment = new Segment(context.pool, load.folder, load.logStartOffset)
  segment.log.truncate(0)
  return segment
}

function listSegments(
  { disk, pool }: LogContext,
  folder: string,
  entries: readonly DiskEntry[],
): Segment[] {
  const sizes = new Map<bigint, { log: boolean; offset: boolean; time: boolean }>()
  for (const entry of entries) {
    const file = parseSegmentFileName(entry.name)
    if (file === undefined) continue
    const known = sizes.get(file.baseOffset) ?? { log: false, offset: false, time: false }
    if (file.kind === '.log') known.log = true
    if (file.kind === '.index') known.offset = true
    if (file.kind === '.timeindex') known.time = true
    sizes.set(file.baseOffset, known)
  }
  const sizeOf = (segment: Segment, kind: '.log' | '.index' | '.timeindex', there: boolean) => {
    return there ? (disk.sizeOf(segment.path(kind)) ?? 0) : 0
  }
  return [...sizes]
    .filter(([, known]) => known.log)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, known]) => {
      const unopened = new Segment(pool, folder, base)
      return new Segment(pool, folder, base, {
        logBytes: sizeOf(unopened, '.log', true),
        offsetIndexBytes: sizeOf(unopened, '.index', known.offset),
        timeIndexBytes: sizeOf(unopened, '.timeindex', known.time),
      })
    })
}

function loadEpochs(context: LogContext, folder: string): LeaderEpochs {
  const epochs = new LeaderEpochs()
  const content = context.disk.readSmall(`${folder}/${LEADER_EPOCHS}`)
  epochs.hasFile = content !== undefined
  if (content !== undefined && !epochs.restore(content)) {
    context.log.warn('Leader epochs cannot be read; they are taken from the log', { folder })
  }
  return epochs
}

// Opens a log by what was written down about it at a stop in order: its folder is listed and its
// segments' sizes are looked at, and no file is opened but indexes that have entries.
//
// Whatever does not look as it did then answers undefined, and the log is loaded from its files
// (log-loader.ts).

import type { DiskEntry } from '../runtime/runtime.ts'
import { LEADER_EPOCHS, PARTITION_METADATA, parseSegmentFileName } from './file-names.ts'
import { areIndexesPlausible } from './index-plausibility.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogToLoad } from './load-walk.ts'
import { Log } from './log.ts'
import type { LogContext } from './log-context.ts'
import type { LogSummary, SegmentSummary } from './log-summaries.ts'
import { snapshotsAmong } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import { Segment } from './segment.ts'

/** What is known of the log before: all but its id, which the summary has. */
export interface SummarizedLog extends Omit<LogToLoad, 'topicId' | 'clean' | 'report'> {
  /** Makes the folder, or what is missing in it. */
  makeFolder(topicId: string): void
}

/** The log as it was closed; undefined when something is not as the summary has it. */
export function openSummarizedLog(
  context: LogContext,
  load: SummarizedLog,
  summary: LogSummary,
): Log | undefined {
  const entries = context.disk.list(load.folder)
  const { logEndOffset, topicId } = summary
  const names = new Set(entries.map(({ name }) => name))
  if (!names.has(PARTITION_METADATA)) return undefined
  if (logEndOffset === 0n && summary.segments.length === 0) {
    return names.size === 1 ? openUntouchedLog(context, load, topicId) : undefined
  }
  const segments = findSegments(context, load, summary.segments, entries)
  const first = segments?.[0]
  if (segments === undefined || first === undefined) return undefined
  if (load.recoveryPoint !== logEndOffset || load.logStartOffset > logEndOffset) return undefined
  const snapshots = snapshotsAmong(entries)
  if (snapshots.some((offset) => offset > logEndOffset)) return undefined
  const epochs = new LeaderEpochs()
  if (!epochs.restoreKnown(summary.epochs, names.has(LEADER_EPOCHS))) return undefined
  let { logStartOffset } = load
  if (logStartOffset < first.baseOffset) logStartOffset = first.baseOffset
  epochs.truncateFromStart(logStartOffset)
  return new Log(context, load.folder, topicId, load.config, {
    segments,
    logStartOffset,
    logEndOffset,
    recoveryPoint: logEndOffset,
    compactedTo: load.compactedTo > logEndOffset ? 0n : load.compactedTo,
    epochs,
    producers: { state: undefined, snapshots },
    closedInOrder: true,
    namesUnsynced: false,
  })
}

/**
 * Nothing was ever written to it, so its files were not synced: with its first record the id is
 * written anew.
 */
function openUntouchedLog(context: LogContext, load: SummarizedLog, topicId: string): Log {
  return new Log(context, load.folder, topicId, load.config, {
    segments: [new Segment(context.pool, load.folder, 0n)],
    logStartOffset: 0n,
    logEndOffset: 0n,
    recoveryPoint: 0n,
    compactedTo: 0n,
    epochs: new LeaderEpochs(),
    producers: { state: new ProducerState(), snapshots: [] },
    closedInOrder: true,
    namesUnsynced: true,
    makeFolder: () => load.makeFolder(topicId),
  })
}

/** The segments as they were, none of them open; undefined when they are not. */
function findSegments(
  { disk, pool }: LogContext,
  { folder, config }: SummarizedLog,
  summaries: readonly SegmentSummary[],
  entries: readonly DiskEntry[],
): Segment[] | undefined {
  const kinds = entries.map(({ name }) => parseSegmentFileName(name)?.kind)
  const count = (kind: string) => kinds.filter((known) => known === kind).length
  // Files that a crash or a replacement left bear other names, and are the loader's to settle.
  const isSettled = entries.every(({ name }, i) => kinds[i] !== undefined || !/^\d{20}/.test(name))
  if (!isSettled || count('.log') !== summaries.length) return undefined
  const segments: Segment[] = []
  for (const summary of summaries) {
    const { baseOffset, logBytes, offsetIndexBytes, timeIndexBytes } = summary
    const segment = new Segment(pool, folder, baseOffset, summary)
    const previous = segments.at(-1)
    if (previous !== undefined && previous.baseOffset >= baseOffset) return undefined
    const hasSizes =
      disk.sizeOf(segment.path('.log')) === logBytes &&
      (offsetIndexBytes === 0 || disk.sizeOf(segment.path('.index')) === offsetIndexBytes) &&
      (timeIndexBytes === 0 || disk.sizeOf(segment.path('.timeindex')) === timeIndexBytes)
    if (!hasSizes) return undefined
    const isSound =
      segment.isShort(config.indexIntervalBytes) ||
      areIndexesPlausible(segment, config.indexIntervalBytes)
    if (!isSound) return undefined
    segment.close()
    segments.push(segment)
  }
  return segments
}

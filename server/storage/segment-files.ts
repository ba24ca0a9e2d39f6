// What to do with the files that a crash left half-way in a partition's folder, before its
// segments are listed: files on their way out go, files that are not whole go, and a finished
// replacement takes the place of the segments that it covers.
//
// A replacement `<base>.log.swap` is whole and on the device from the moment it bears that name;
// it holds what is left of the segments from `base` to its own last record. Segments after that
// record that it was made from as well may still be there and stay: they hold superseded records
// only. Every step can be repeated, so a crash in the middle changes nothing.

import { lastOffset } from '../records/batch.ts'
import type { DiskEntry } from '../runtime/runtime.ts'
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  parseSegmentFileName,
  SWAP_SUFFIX,
  segmentFileName,
} from './file-names.ts'
import type { FilePool } from './file-pool.ts'
import type { LogContext } from './log-context.ts'
import { SegmentScanner } from './segment-scanner.ts'

/** What is in the folder once it is settled. */
export function settleFolder(context: LogContext, folder: string): DiskEntry[] {
  const { disk, pool } = context
  const entries = disk.list(folder)
  const unfinished = entries.filter(
    ({ name }) => name.endsWith(DELETED_SUFFIX) || name.endsWith(CLEANED_SUFFIX),
  )
  const swaps = entries.filter(({ name }) => name.endsWith(SWAP_SUFFIX))
  const orphans = indexesWithoutLog(entries)
  for (const { name } of [...unfinished, ...orphans]) disk.remove(`${folder}/${name}`)
  for (const { name } of swaps) finishSwap(pool, folder, name, entries)
  return unfinished.length + swaps.length + orphans.length === 0 ? entries : disk.list(folder)
}

function indexesWithoutLog(entries: readonly DiskEntry[]): DiskEntry[] {
  const logs = new Set<string>()
  for (const { name } of entries) {
    if (name.endsWith('.log')) logs.add(name.slice(0, -'.log'.length))
    if (name.endsWith(SWAP_SUFFIX)) logs.add(name.slice(0, name.indexOf('.')))
  }
  return entries.filter(({ name }) => {
    const kind = parseSegmentFileName(name)?.kind
    const isIndex = kind === '.index' || kind === '.timeindex'
    return isIndex && !logs.has(name.slice(0, name.indexOf('.')))
  })
}

function finishSwap(
  pool: FilePool,
  folder: string,
  name: string,
  entries: readonly DiskEntry[],
): void {
  const swapped = parseSegmentFileName(name.slice(0, -SWAP_SUFFIX.length))
  if (swapped?.kind !== '.log') {
    pool.disk.remove(`${folder}/${name}`)
    return
  }
  const base = swapped.baseOffset
  const end = endOf(pool, `${folder}/${name}`, base)
  // The indexes of what is replaced would lead astray; those of the new log are made again.
  for (const kind of ['.index', '.timeindex'] as const) {
    pool.disk.remove(`${folder}/${segmentFileName(base, kind)}`)
  }
  for (const entry of entries) {
    const file = parseSegmentFileName(entry.name)
    if (file === undefined || file.kind === '.snapshot') continue
    if (file.baseOffset > base && file.baseOffset < end) pool.disk.remove(`${folder}/${entry.name}`)
  }
  pool.disk.rename(`${folder}/${name}`, `${folder}/${segmentFileName(base, '.log')}`)
}

/** Offset after the last record in the file. */
function endOf(pool: FilePool, path: string, base: bigint): bigint {
  const file = pool.file(path)
  const scanner = new SegmentScanner(file, 0, file.size())
  let end = base
  while (scanner.step()) end = lastOffset(scanner.buffer, scanner.at) + 1n
  file.close()
  return end
}

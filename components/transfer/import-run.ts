// What is known of an import while it runs, and the request that its choices mean.

import type { Problem } from '../../lib/contracts/common.ts'
import type { ImportLine } from '../../lib/contracts/search.ts'
import { formatBytes, formatCount, plural } from '../../lib/format/count.ts'
import type { Codec } from './produce-form.ts'

export interface ImportChoice {
  format: 'ndjson' | 'csv'
  lines: 'records' | 'values'
  keyColumn: string
  valueColumn: string
  fromLine: number
  keepPartitions: boolean
  codec: Codec
}

type Refused = Extract<ImportLine, { type: 'refused' }>

export interface ImportRun {
  phase: 'idle' | 'running' | 'ended'
  /** Bytes of the file that were sent; what became of their lines is told when all are. */
  uploaded: number
  progress: Extract<ImportLine, { type: 'progress' }> | null
  refused: readonly Refused[]
  end: Extract<ImportLine, { type: 'end' }> | null
  /** Why it ended before the file did. */
  problem: Problem | null
}

export const noImport: ImportRun = {
  phase: 'idle',
  uploaded: 0,
  progress: null,
  refused: [],
  end: null,
  problem: null,
}

export function addImportLines(run: ImportRun, lines: readonly ImportLine[]): ImportRun {
  const next = { ...run }
  const refused: Refused[] = []
  for (const line of lines) {
    if (line.type === 'progress') next.progress = line
    else if (line.type === 'refused') refused.push(line)
    else {
      next.end = line
      next.phase = 'ended'
      next.problem = line.problem ?? null
    }
  }
  if (refused.length > 0) next.refused = [...run.refused, ...refused]
  return next
}

export function isCsv(name: string): boolean {
  return /\.csv$/i.test(name)
}

export function importSearch(choice: ImportChoice, dry: boolean): URLSearchParams {
  const search = new URLSearchParams({ format: choice.format, codec: choice.codec })
  if (dry) search.set('dryRun', 'true')
  if (choice.fromLine > 1) search.set('fromLine', String(choice.fromLine))
  if (choice.format === 'ndjson') {
    search.set('lines', choice.lines)
    if (choice.lines === 'records' && choice.keepPartitions) search.set('keepPartitions', 'true')
    return search
  }
  if (choice.keyColumn !== '') search.set('keyColumn', choice.keyColumn)
  if (choice.valueColumn !== '') search.set('valueColumn', choice.valueColumn)
  return search
}

export function describeImport(run: ImportRun, dry: boolean, size: number): string {
  if (run.end !== null) {
    const { accepted, sent, refused, lines } = run.end
    const tail = `${formatCount(refused)} of ${plural(lines, 'line')} refused.`
    if (dry) return `Nothing was sent. ${plural(accepted, 'record')} can be; ${tail}`
    return `${plural(sent, 'record')} sent; ${tail}`
  }
  if (run.phase === 'ended') {
    return `The import ended early, after ${formatBytes(Math.min(run.uploaded, size))} of ${formatBytes(size)}.`
  }
  const { progress } = run
  if (progress === null) {
    const uploaded = Math.min(run.uploaded, size)
    return uploaded < size
      ? `${formatBytes(uploaded)} of ${formatBytes(size)} read`
      : 'The file is read; its last lines are on their way'
  }
  const done = dry
    ? `${formatCount(progress.accepted)} can be sent`
    : `${formatCount(progress.sent)} sent`
  return `${plural(progress.lines, 'line')} read, ${done}, ${formatCount(progress.refused)} refused`
}

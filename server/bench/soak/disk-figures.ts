// What lies in a data folder and what a process holds open, counted from outside.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compacted } from './plan.ts'

export interface DiskFigures {
  segments: number
  logMegabytes: number
  /** Files taken out of their logs, waiting for file.delete.delay.ms. */
  deletedFiles: number
  /** Offsets of the compacted topic up to which its logs were compacted, all replicas together. */
  cleanedOffsets: number
}

export function diskFigures(dataFolder: string): DiskFigures {
  const figures = { segments: 0, logMegabytes: 0, deletedFiles: 0, cleanedOffsets: 0 }
  for (const path of readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.deleted')) figures.deletedFiles++
    if (path.endsWith('.log')) {
      const bytes = sizeOf(join(dataFolder, path))
      if (bytes === undefined) continue
      figures.segments++
      figures.logMegabytes += bytes / 1e6
    }
    if (path.endsWith('cleaner-offset-checkpoint')) {
      figures.cleanedOffsets += cleanedIn(readFileSync(join(dataFolder, path), 'utf8'))
    }
  }
  return figures
}

/** Undefined when the file has gone since it was listed. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

function cleanedIn(checkpoint: string): number {
  return checkpoint
    .split('\n')
    .filter((line) => line.startsWith(`${compacted} `))
    .reduce((sum, line) => sum + Number(line.split(' ')[2]), 0)
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

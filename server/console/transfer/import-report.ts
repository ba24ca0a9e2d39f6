// What an import tells while it runs, for a reader who may be slow or may still be sending.
//
// The import never waits for the reader: browsers read nothing before the whole file is sent, and
// a file that waits for its reader would then wait for ever. So what is told is bounded instead:
// the first thousand refusals, the newest progress, the end.

import type { ImportLine } from '../../../lib/contracts/search.ts'

const PROGRESS_MS = 250
const REFUSALS_TOLD = 1_000

export type ImportEnd = Extract<ImportLine, { type: 'end' }>

export class ImportReport {
  lines = 0
  bytes = 0
  accepted = 0
  sent = 0
  refused = 0
  private readonly refusals: ImportLine[] = []
  private end: ImportEnd | undefined
  private wake: (() => void) | undefined

  refuse(line: number, reason: string, text: string): void {
    this.refused++
    if (this.refused <= REFUSALS_TOLD) this.refusals.push({ type: 'refused', line, reason, text })
  }

  finish(end: Pick<ImportEnd, 'dryRun' | 'problem' | 'nextLine'>): void {
    const { lines, accepted, sent, refused } = this
    this.end = { type: 'end', lines, accepted, sent, refused, ...end }
    this.wake?.()
  }

  /** Until the end, which is the last of them. */
  async *told(): AsyncGenerator<ImportLine> {
    let before = -1
    for (;;) {
      if (this.end === undefined) await this.pause()
      yield* this.refusals.splice(0)
      const { lines, bytes, accepted, sent, refused, end } = this
      const moved = bytes + sent
      if (moved !== before || end !== undefined) {
        yield { type: 'progress', lines, bytes, accepted, sent, refused }
      }
      before = moved
      if (end !== undefined) {
        yield end
        return
      }
    }
  }

  /** A quarter of a second, or until the end. */
  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PROGRESS_MS)
      timer.unref()
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

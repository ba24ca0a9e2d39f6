// Produce requests with acks=all: wait until every partition of the request has committed what
// was appended to it, at most for the request's time-out.

import { ErrorCode } from '../protocol/errors.ts'
import type { Timer, Timers } from '../runtime/runtime.ts'
import type { Partition } from './partition.ts'

export interface CommitWait {
  partition: Partition
  lastOffset: bigint
  /** 'stored': on this broker alone, as its flush policy has it. */
  until?: 'committed' | 'stored'
  /** Called once: 0, or Kafka's code for why it was not committed. */
  settle(code: number): void
}

/**
 * Resolves when every wait is settled. A closed connection ends them all, since the appends
 * stand and nobody is left to be told.
 */
export function whenAllCommitted(
  waits: readonly CommitWait[],
  timeoutMs: number,
  timers: Timers,
  signal?: AbortSignal,
): Promise<void> | undefined {
  let open = waits.length
  const cancels: (() => void)[] = []
  let finish: (() => void) | undefined

  const pending = new Set<CommitWait>(waits)
  const settle = (wait: CommitWait, code: number) => {
    if (!pending.delete(wait)) return
    wait.settle(code)
    open--
    if (open === 0) finish?.()
  }
  for (const wait of waits) {
    const done = (code: number) => settle(wait, code)
    cancels.push(
      wait.until === 'stored'
        ? wait.partition.whenStored(wait.lastOffset, done)
        : wait.partition.whenCommitted(wait.lastOffset, done),
    )
  }
  if (open === 0) return undefined

  return new Promise((resolve) => {
    const giveUp = () => {
      for (const cancel of cancels) cancel()
      for (const wait of [...pending]) settle(wait, ErrorCode.REQUEST_TIMED_OUT)
    }
    const timer: Timer = timers.after(timeoutMs, giveUp)
    signal?.addEventListener('abort', giveUp)
    finish = () => {
      timer.cancel()
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }
    if (signal?.aborted) giveUp()
  })
}

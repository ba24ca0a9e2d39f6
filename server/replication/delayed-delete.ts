// DeleteRecords requests: wait until every replica that serves has moved its log start, at most
// for the request's time-out.

import { ErrorCode } from '../protocol/errors.ts'
import type { Timers } from '../runtime/runtime.ts'
import type { Partition } from './partition.ts'

export interface DeletionWait {
  partition: Partition
  /** Records before it are being deleted. */
  offset: bigint
  /** Called once: 0 and the low watermark, or Kafka's code. */
  settle(code: number, lowWatermark: bigint): void
}

/** Resolves when every wait is settled; undefined when they are already. */
export function whenAllDeleted(
  waits: readonly DeletionWait[],
  timeoutMs: number,
  timers: Timers,
  serves: (brokerId: number) => boolean,
  signal: AbortSignal,
): Promise<void> | undefined {
  const pending = new Set(waits)
  const look = (wait: DeletionWait) => {
    if (!pending.has(wait)) return
    const { partition } = wait
    const lowWatermark = partition.lowWatermark(serves)
    if (partition.isLeader && lowWatermark < wait.offset) return
    pending.delete(wait)
    if (partition.isLeader) wait.settle(ErrorCode.NONE, lowWatermark)
    else wait.settle(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1n)
  }
  for (const wait of waits) look(wait)
  if (pending.size === 0) return undefined

  return new Promise((resolve) => {
    const cancels = [...pending].map((wait) =>
      wait.partition.addStartWaiter(() => {
        look(wait)
        if (pending.size === 0) finish()
      }),
    )
    const giveUp = () => {
      // A broker that stopped serving meanwhile is waited for no more.
      for (const wait of [...pending]) look(wait)
      for (const wait of pending) wait.settle(ErrorCode.REQUEST_TIMED_OUT, -1n)
      pending.clear()
      finish()
    }
    const timer = timers.after(timeoutMs, giveUp)
    const finish = () => {
      for (const cancel of cancels) cancel()
      timer.cancel()
      signal.removeEventListener('abort', giveUp)
      resolve()
    }
    signal.addEventListener('abort', giveUp)
    if (signal.aborted) giveUp()
  })
}

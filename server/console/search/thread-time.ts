// Processor time of single threads, where Linux tells it. What a condition may take is counted in
// it: on a machine that is busy with other things the clock goes on while a thread waits its turn,
// and says nothing about the condition.

import { readFileSync, readlinkSync } from 'node:fs'

/** The system's number of this thread; undefined where threads have none. */
export function ownThread(): number | undefined {
  try {
    // <process>/task/<thread>
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    return Number.isInteger(thread) ? thread : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds that this thread had the processor; where that is not told, by the clock. */
export function ownThreadMs(): number {
  return read('/proc/thread-self/schedstat') ?? performance.now()
}

/** Milliseconds that a thread of this process had the processor; undefined when it is not told. */
export function threadMs(thread: number | undefined): number | undefined {
  return thread === undefined ? undefined : read(`/proc/self/task/${thread}/schedstat`)
}

/** Nanoseconds on the processor, nanoseconds in the queue for it, turns. */
function read(file: string): number | undefined {
  try {
    const nanoseconds = Number(readFileSync(file, 'latin1').split(' ')[0])
    return Number.isFinite(nanoseconds) ? nanoseconds / 1e6 : undefined
  } catch {
    return undefined
  }
}

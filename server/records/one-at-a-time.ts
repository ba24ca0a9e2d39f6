// A lock over all threads of this process, for native code that keeps its state in one place for
// all of them: two threads inside it at once get wrong results or end the process.
//
// The lock lies in memory that every thread is given when it starts, so the thread that starts
// the others must have loaded this module before. It is held for one call at a time; one that is
// held longer than any call takes belonged to a thread that was ended in the middle, and is taken.

import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const KEY = 'riverglass.one-at-a-time'
const FREE = 0
const HELD = 1
/** A call bounds its output, and so its time, far below this. */
const HELD_MS_MAX = 5_000

const lock = sharedLock()

function sharedLock(): Int32Array {
  const given = getEnvironmentData(KEY)
  if (given instanceof SharedArrayBuffer) return new Int32Array(given)
  const made = new SharedArrayBuffer(4)
  if (isMainThread) setEnvironmentData(KEY, made)
  return new Int32Array(made)
}

/** Runs `call` while no other thread of the process runs one. `call` must be synchronous. */
export function oneAtATime<T>(call: () => T): T {
  while (Atomics.compareExchange(lock, 0, FREE, HELD) !== FREE) {
    if (Atomics.wait(lock, 0, HELD, HELD_MS_MAX) === 'timed-out') break
  }
  try {
    return call()
  } finally {
    Atomics.store(lock, 0, FREE)
    Atomics.notify(lock, 0, 1)
  }
}

// A lock over all threads of this process, for native code that keeps its state in one place for
// all of them: two threads inside it at once get wrong results or end the process.
//
// It is held for one call at a time, which is short: native zstd behind the lock does about half
// as much again per second of processor time, on three threads at once, as the same code in
// WebAssembly, and more than twice as much as its streams, which have contexts of their own.
//
// The lock lies in memory that every thread is given when it starts, so the thread that starts
// the others must have loaded this module before. A thread that is ended in the middle of a call
// does not give it back: whoever ends threads does that for them. As a last resort a lock that is
// held far longer than any call takes is taken.

import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads'

const KEY = 'riverglass.one-at-a-time'
const FREE = 0
/** A call bounds its output, and so its time, far below this, on a busy machine too. */
const HELD_MS_MAX = 30_000

/** FREE, or the mark of the thread that holds it. */
const lock = sharedLock()

function sharedLock(): Int32Array {
  const given = getEnvironmentData(KEY)
  if (given instanceof SharedArrayBuffer) return new Int32Array(given)
  const made = new SharedArrayBuffer(4)
  if (isMainThread) setEnvironmentData(KEY, made)
  return new Int32Array(made)
}

/** The main thread has the id 0. */
function markOf(id: number): number {
  return id + 1
}

/** Runs `call` while no other thread of the process runs one. `call` must be synchronous. */
export function oneAtATime<T>(call: () => T): T {
  take(markOf(threadId))
  try {
    return call()
  } finally {
    giveBack(markOf(threadId))
  }
}

/** For a thread that has ended, by its id: gives back what it may have held. */
export function giveBackFor(endedThreadId: number): void {
  giveBack(markOf(endedThreadId))
}

function take(mark: number): void {
  for (;;) {
    const holder = Atomics.compareExchange(lock, 0, FREE, mark)
    if (holder === FREE) return
    const isStuck = Atomics.wait(lock, 0, holder, HELD_MS_MAX) === 'timed-out'
    if (isStuck && Atomics.compareExchange(lock, 0, holder, mark) === holder) return
  }
}

function giveBack(mark: number): void {
  if (Atomics.compareExchange(lock, 0, mark, FREE) === mark) Atomics.notify(lock, 0, 1)
}

// A search takes what processor time the brokers and other people's pages leave: on Linux, where
// each thread has a priority of its own, its threads stand back a little.

import { setPriority } from 'node:os'
import { ownThread } from './thread-time.ts'

const NICE = 5
let isDone = false

export function takeLessOfTheProcessor(): void {
  if (isDone) return
  isDone = true
  const thread = ownThread()
  if (thread === undefined) return
  try {
    setPriority(thread, NICE)
  } catch {
    // Not allowed: then all threads are alike.
  }
}

// A search takes what processor time the brokers and other people's pages leave: on Linux, where
// each thread has a priority of its own, its threads stand back a little.

import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

const NICE = 5
let isDone = false

export function takeLessOfTheProcessor(): void {
  if (isDone) return
  isDone = true
  try {
    // <process>/task/<thread>
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    if (Number.isInteger(thread)) setPriority(thread, NICE)
  } catch {
    // Not Linux, or not allowed: then all threads are alike.
  }
}

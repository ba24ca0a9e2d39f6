// Work of many steps, of which each turn of the event loop does a part: requests about thousands
// of partitions must not keep heartbeats and other clients waiting.
//
// A turn ends when it has lasted long enough or has done many steps. The count alone would do where
// steps cost alike; it is also what ends turns under a clock that stands still while code runs.

import type { Clock, Timers } from './runtime.ts'

/** So long others wait for a turn to end, and at most one more step. */
const TURN_MS_MAX = 10
const TURN_STEPS_MAX = 1024

/** One turn of the event loop, as far as it is used up. */
export class Turn {
  private readonly clock: Pick<Clock, 'monotonic'>
  private beganMs: number
  private steps = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.clock = clock
    this.beganMs = clock.monotonic()
  }

  /** A step is done; answers whether the next one must wait for another turn. */
  isOver(): boolean {
    this.steps++
    return this.steps >= TURN_STEPS_MAX || this.clock.monotonic() - this.beganMs >= TURN_MS_MAX
  }

  /** Another turn has begun. */
  renew(): void {
    this.steps = 0
    this.beganMs = this.clock.monotonic()
  }
}

/** Goes on in the next turn, after what is due already. */
export function nextTurn(timers: Pick<Timers, 'soon'>): Promise<void> {
  return new Promise((resolve) => timers.soon(resolve))
}

/**
 * Does the steps in their order, as many in a turn as it has room for, the first ones at once.
 * undefined: all of them were done in this turn. Rejects with what a step of a later turn throws.
 */
export function doInTurns(
  steps: Iterable<void>,
  runtime: { clock: Pick<Clock, 'monotonic'>; timers: Pick<Timers, 'soon'> },
): Promise<void> | undefined {
  const rest = steps[Symbol.iterator]()
  const turn = new Turn(runtime.clock)
  const isDone = () => {
    do if (rest.next().done === true) return true
    while (!turn.isOver())
    return false
  }
  return isDone() ? undefined : goOn(isDone, turn, runtime.timers)
}

async function goOn(isDone: () => boolean, turn: Turn, timers: Pick<Timers, 'soon'>) {
  do {
    await nextTurn(timers)
    turn.renew()
  } while (!isDone())
}

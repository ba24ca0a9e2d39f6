// A job's way out of the reader thread: portions, as many ahead as the other side allows.

import { CancelledError } from '../../client/errors.ts'
import { type FromReader, PORTIONS_AHEAD_MAX, type Portion, type Rows } from './protocol.ts'

export class Outlet {
  readonly signal: AbortSignal
  private readonly abort = new AbortController()
  private readonly id: number
  private readonly post: (message: FromReader) => void
  private ahead = 0
  private waiting: (() => void) | undefined
  private isPaused = false
  private readonly inputs: (Rows | null)[] = []

  constructor(id: number, post: (message: FromReader) => void) {
    this.id = id
    this.post = post
    this.signal = this.abort.signal
  }

  /** Whether a portion may be sent now. */
  get hasRoom(): boolean {
    return this.ahead < PORTIONS_AHEAD_MAX
  }

  /** Sends when there is room for it. Rejects with CancelledError when nobody takes it any more. */
  async send(portion: Portion): Promise<void> {
    while (!this.hasRoom && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
      })
    }
    if (this.signal.aborted) throw new CancelledError()
    this.ahead++
    this.post({ type: 'portion', id: this.id, portion })
  }

  taken(): void {
    this.ahead--
    this.wake()
  }

  pause(paused: boolean): void {
    this.isPaused = paused
    this.wake()
  }

  /** Resolves when the job may go on. Rejects with CancelledError when nobody waits for it. */
  async resumed(): Promise<void> {
    while (this.isPaused && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
      })
    }
    if (this.signal.aborted) throw new CancelledError()
  }

  /** Whoever puts in waits for the answer to each, so that few are ever here. */
  put(rows: Rows | null): void {
    this.inputs.push(rows)
    this.wake()
  }

  /** What is put in next; null when nothing is any more. Rejects with CancelledError. */
  async input(): Promise<Rows | null> {
    while (this.inputs.length === 0 && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting = resolve
      })
    }
    if (this.signal.aborted) throw new CancelledError()
    return this.inputs.shift() ?? null
  }

  cancel(): void {
    this.abort.abort()
    this.wake()
  }

  private wake(): void {
    this.waiting?.()
    this.waiting = undefined
  }
}

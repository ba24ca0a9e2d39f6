// One client's connection, on the server's side: frames in, answers out in the order of the
// requests, whatever order they become ready in.
//
// Requests are handed over in the order in which they came, each before the next is looked at,
// so what a handler does before it first waits happens in request order; a producer that keeps
// several requests in flight relies on that. One that goes on in later turns of the event loop
// holds back those after it until it has come as far. The connection stops reading while too many
// requests wait or the peer does not take its answers, so a client can hold back only itself.

import { setMaxListeners } from 'node:events'
import { FrameSplitter } from '../protocol/frame.ts'
import type { FrameBuffers } from '../protocol/frame-buffers.ts'
import type { Connection, Logger } from '../runtime/runtime.ts'

const REQUESTS_IN_FLIGHT_MAX = 128
const REQUEST_BYTES_IN_FLIGHT_MAX = 128 * 1024 * 1024
const ANSWER_BYTES_BUFFERED_MAX = 32 * 1024 * 1024

export interface Peer {
  readonly remoteAddress: string
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal
  /** Told before dispatch returns: nobody will look at the frame any more. */
  frameIsDone(): void
  /** Told before dispatch returns: no further request is looked at until the answer is called. */
  hold(): () => void
}

/**
 * Turns one frame into the buffers of its answer, or null for none. A rejection or a throw ends
 * the connection.
 */
export type Dispatch = (
  frame: Buffer,
  peer: Peer,
) => readonly Buffer[] | null | Promise<readonly Buffer[] | null>

interface Slot {
  bytes: number
  /** undefined until the answer is ready. */
  answer: readonly Buffer[] | null | undefined
}

export interface ServedConnectionOptions {
  connection: Connection
  dispatch: Dispatch
  frameBytesMax: number
  /** Shared by the connections of a listener. */
  buffers: FrameBuffers
  log: Logger
  onClosed(): void
}

export class ServedConnection {
  private readonly connection: Connection
  private readonly dispatch: Dispatch
  private readonly log: Logger
  private readonly buffers: FrameBuffers
  private readonly splitter: FrameSplitter
  private readonly abort = new AbortController()
  private readonly peer: Peer
  private readonly slots: Slot[] = []
  private readonly waitingFrames: Buffer[] = []
  private bytesInFlight = 0
  private paused = false
  private ended = false
  private draining = false
  private working = false
  private frameIsDone = false
  /** Requests that have the next one wait. */
  private holds = 0
  /** Counts frames, so that the listener can see who has been silent. */
  framesReceived = 0

  constructor(options: ServedConnectionOptions) {
    this.connection = options.connection
    this.dispatch = options.dispatch
    this.log = options.log
    this.buffers = options.buffers
    this.splitter = new FrameSplitter(options.frameBytesMax, options.buffers)
    // Each request that waits listens to it, and up to REQUESTS_IN_FLIGHT_MAX may.
    setMaxListeners(0, this.abort.signal)
    this.peer = {
      remoteAddress: options.connection.remote,
      signal: this.abort.signal,
      frameIsDone: () => {
        this.frameIsDone = true
      },
      hold: () => this.hold(),
    }
    this.connection.onData = (chunk) => this.receive(chunk)
    this.connection.onDrain = () => this.flush()
    this.connection.onClose = () => {
      this.ended = true
      this.slots.length = 0
      this.waitingFrames.length = 0
      this.abort.abort()
      options.onClosed()
    }
  }

  get requestsInFlight(): number {
    return this.slots.length
  }

  /** Takes no further requests, and ends the connection when those in flight are answered. */
  drain(): void {
    this.draining = true
    this.waitingFrames.length = 0
    if (this.slots.length === 0) this.connection.end()
  }

  destroy(): void {
    this.connection.destroy()
  }

  private hold(): () => void {
    this.holds++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.holds--
      this.work()
    }
  }

  private receive(chunk: Buffer): void {
    try {
      this.splitter.push(chunk, (frame) => this.waitingFrames.push(frame))
    } catch (error) {
      this.refuse(error as Error)
      return
    }
    this.work()
  }

  /** Hands over waiting frames as far as the limits allow, and reads on or stops reading. */
  private work(): void {
    // An answer that is ready at once flushes, which comes back here: one loop is enough.
    if (this.working) return
    this.working = true
    while (this.holds === 0 && !this.isFull() && !this.draining && !this.ended) {
      const frame = this.waitingFrames.shift()
      if (frame === undefined) break
      this.framesReceived++
      this.begin(frame)
    }
    this.working = false
    const mustPause = this.isFull() || this.waitingFrames.length > 0
    if (mustPause === this.paused || this.ended) return
    this.paused = mustPause
    if (mustPause) this.connection.pause()
    else this.connection.resume()
  }

  private isFull(): boolean {
    return (
      this.slots.length >= REQUESTS_IN_FLIGHT_MAX ||
      this.bytesInFlight >= REQUEST_BYTES_IN_FLIGHT_MAX ||
      this.connection.bufferedBytes >= ANSWER_BYTES_BUFFERED_MAX
    )
  }

  private begin(frame: Buffer): void {
    const slot: Slot = { bytes: frame.length, answer: undefined }
    this.slots.push(slot)
    this.bytesInFlight += slot.bytes
    let answer: ReturnType<Dispatch>
    this.frameIsDone = false
    try {
      answer = this.dispatch(frame, this.peer)
    } catch (error) {
      this.refuse(error as Error)
      return
    }
    if (this.frameIsDone) this.buffers.give(frame)
    if (!(answer instanceof Promise)) {
      slot.answer = answer
      this.flush()
      return
    }
    answer.then(
      (value) => {
        slot.answer = value
        this.flush()
      },
      (error) => this.refuse(error),
    )
  }

  /** Sends the answers that are ready, up to the first that is not. */
  private flush(): void {
    if (this.ended) return
    for (;;) {
      const slot = this.slots[0]
      if (slot === undefined || slot.answer === undefined) break
      this.slots.shift()
      this.bytesInFlight -= slot.bytes
      if (slot.answer !== null) this.send(slot.answer)
    }
    if (this.draining && this.slots.length === 0) {
      this.connection.end()
      return
    }
    if (this.paused) this.work()
  }

  /** Records that were read for an answer are in memory that serves the next one. */
  private send(answer: readonly Buffer[]): void {
    if (answer.length === 1) {
      this.connection.write(answer)
      return
    }
    this.connection.write(answer, () => {
      for (const buffer of answer) this.buffers.give(buffer)
    })
  }

  private refuse(error: Error): void {
    if (this.ended) return
    this.log.warn('closing a connection', {
      remote: this.connection.remote,
      reason: error.message,
    })
    this.connection.destroy()
  }
}

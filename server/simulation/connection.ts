// One end of a simulated connection: what is written here arrives at the peer in its order, in
// pieces, late, or not at all, as the network draws.

import { type Connection, NetworkError } from '../runtime/runtime.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Life } from './scheduler.ts'

/** After so long without an acknowledgement a real TCP stack gives a connection up. */
const GIVE_UP_MS = 5000
const HIGH_WATER_BYTES = 1024 * 1024

export class SimulatedEnd implements Connection {
  readonly remote: string
  readonly life: Life
  peer: SimulatedEnd | undefined
  onOpen: (() => void) | undefined
  onData: ((chunk: Buffer) => void) | undefined
  onDrain: (() => void) | undefined
  onClose: ((error?: NetworkError) => void) | undefined
  bufferedBytes = 0
  isClosed = false
  private readonly network: SimulatedNetwork
  /** Where a client's connection leads; undefined for a server's end, and for what strayed. */
  private readonly address: string | undefined
  /** Written before the connection was open. */
  private early: Buffer[] = []
  private isOpen = false
  private ending = false
  private paused = false
  private readonly held: Buffer[] = []
  private heldEnd = false
  /** Nothing of this end may arrive before this time: a stream keeps its order. */
  private lastArrival = 0

  constructor(network: SimulatedNetwork, life: Life, remote: string, address: string | undefined) {
    this.network = network
    this.life = life
    this.remote = remote
    this.address = address
  }

  opened(): void {
    if (this.isClosed) return
    this.isOpen = true
    this.onOpen?.()
    const early = this.early
    this.early = []
    for (const chunk of early) this.send(chunk)
    if (this.ending) this.sendEnd()
  }

  write(buffers: readonly Uint8Array[], taken?: () => void): boolean {
    if (this.isClosed) return true
    // A copy: the receiver must not share memory with the sender, as over a real network.
    const chunk = Buffer.concat(buffers)
    taken?.()
    this.bufferedBytes += chunk.length
    if (this.isOpen || this.peer !== undefined) this.send(chunk)
    else this.early.push(chunk)
    return this.bufferedBytes < HIGH_WATER_BYTES
  }

  private send(chunk: Buffer): void {
    const { address } = this
    if (address !== undefined) this.network.noteRequest(chunk)
    const stray = address === undefined ? undefined : this.network.drawStray(chunk)
    if (stray !== undefined && address !== undefined) {
      this.network.tally.note(stray)
      this.network.stray(chunk, this.life.name, address)
      if (stray === 'reordered') {
        this.network.plan(this.network.latencyMs(), this.life, () => this.reset())
        return
      }
    }
    const split = this.network.drawSplit(chunk.length)
    if (this.network.drawReset()) {
      if (split > 0) this.network.tally.note('reset in mid-frame')
      this.deliver(chunk.subarray(0, split))
      this.network.plan(this.network.latencyMs(), this.life, () => this.reset())
      return
    }
    if (split > 0) this.deliver(chunk.subarray(0, split))
    this.deliver(chunk.subarray(split))
  }

  private arrivalDelay(): number {
    const lateness = this.network.drawLateness()
    if (lateness > 0) this.network.tally.note('late')
    const latency = this.network.latencyMs() + lateness
    const arrival = Math.max(this.lastArrival, this.network.now + latency)
    this.lastArrival = arrival
    return arrival - this.network.now
  }

  private deliver(chunk: Buffer): void {
    const peer = this.peer
    if (peer === undefined) return
    if (this.network.isCut(this.life.name, peer.life.name)) {
      this.network.tally.note('lost')
      this.network.plan(GIVE_UP_MS, this.life, () => this.reset())
      return
    }
    this.network.plan(this.arrivalDelay(), peer.life, () => peer.receive(chunk))
    this.network.plan(this.network.latencyMs(), this.life, () => this.taken(chunk.length))
  }

  private taken(bytes: number): void {
    this.bufferedBytes -= bytes
    if (this.bufferedBytes === 0 && !this.isClosed) this.onDrain?.()
  }

  private receive(chunk: Buffer): void {
    if (this.isClosed) return
    if (this.paused) this.held.push(chunk)
    else if (chunk.length > 0) this.onData?.(chunk)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    while (!this.paused && !this.isClosed) {
      const chunk = this.held.shift()
      if (chunk === undefined) break
      this.onData?.(chunk)
    }
    if (this.heldEnd && !this.paused) this.closeWith(undefined)
  }

  end(): void {
    if (this.isClosed || this.ending) return
    this.ending = true
    if (this.isOpen || this.peer !== undefined) this.sendEnd()
  }

  private sendEnd(): void {
    const peer = this.peer
    if (peer !== undefined && !this.network.isCut(this.life.name, peer.life.name)) {
      this.network.plan(this.arrivalDelay(), peer.life, () => peer.ended())
    }
    this.network.plan(0, this.life, () => this.closeWith(undefined))
  }

  private ended(): void {
    if (this.paused && this.held.length > 0) this.heldEnd = true
    else this.closeWith(undefined)
  }

  destroy(): void {
    if (this.isClosed) return
    const peer = this.peer
    if (peer !== undefined && !this.network.isCut(this.life.name, peer.life.name)) {
      this.network.plan(this.arrivalDelay(), peer.life, () => peer.closeWith(undefined))
    }
    this.network.plan(0, this.life, () => this.closeWith(undefined))
  }

  /** Both ends see the connection break. */
  private reset(): void {
    const error = () => new NetworkError(`connection to ${this.remote} was reset`, 'ECONNRESET')
    this.closeWith(error())
    const peer = this.peer
    if (peer !== undefined) {
      this.network.plan(this.network.latencyMs(), peer.life, () => peer.closeWith(error()))
    }
  }

  /** The process of this end is gone: its system tells the peer, unless it cannot. */
  die(): void {
    this.isClosed = true
    this.network.forget(this)
    const peer = this.peer
    if (peer === undefined || this.network.isCut(this.life.name, peer.life.name)) return
    this.network.plan(this.arrivalDelay(), peer.life, () =>
      peer.closeWith(new NetworkError(`${peer.remote} is gone`, 'ECONNRESET')),
    )
  }

  closeWith(error: NetworkError | undefined): void {
    if (this.isClosed) return
    this.isClosed = true
    this.network.forget(this)
    const handler = this.onClose
    this.onClose = undefined
    handler?.(error)
  }
}

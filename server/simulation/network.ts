// The Network port of a simulated world: byte streams between nodes, with latency drawn from the
// seed, that can be cut between any two nodes, one way or both, and reset in the middle of a frame.
//
// A stream keeps its order, as TCP does: what is lost is lost together with all that follows, and
// both ends learn of it after a time-out. Chunks are split at random, so that no reader can rely
// on a frame coming in one piece.

import {
  type Connection,
  type ConnectOptions,
  type Listener,
  type ListenOptions,
  type Network,
  NetworkError,
} from '../runtime/runtime.ts'
import type { RandomStream } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'

export interface NetworkFaults {
  latencyMsMin: number
  latencyMsMax: number
  /** Chance that a write resets the connection after a part of it was delivered. */
  resetChance: number
  /** Chance that a write, and all that follows it on its connection, arrives late. */
  lateChance: number
  lateMsMax: number
  /** Chance that a chunk is split in two. */
  splitChance: number
}

export const CALM_NETWORK: NetworkFaults = {
  latencyMsMin: 0.05,
  latencyMsMax: 0.5,
  resetChance: 0,
  lateChance: 0,
  lateMsMax: 0,
  splitChance: 0.1,
}

/** After so long without an acknowledgement a real TCP stack gives a connection up. */
const GIVE_UP_MS = 5000
const HIGH_WATER_BYTES = 1024 * 1024
const FIRST_FREE_PORT = 40_000

interface Bound {
  life: Life
  onConnection(connection: Connection): void
}

export class SimulatedNetwork {
  faults: NetworkFaults = CALM_NETWORK
  private readonly scheduler: Scheduler
  private readonly stream: RandomStream
  private readonly bound = new Map<string, Bound>()
  private readonly cut = new Set<string>()
  private readonly ends = new Set<SimulatedEnd>()
  private nextPort = FIRST_FREE_PORT

  constructor(scheduler: Scheduler, stream: RandomStream) {
    this.scheduler = scheduler
    this.stream = stream
  }

  /** Drops everything that `from` sends to `to`, until `heal`. */
  cutOneWay(from: string, to: string): void {
    this.cut.add(`${from} ${to}`)
  }

  cutBothWays(a: string, b: string): void {
    this.cutOneWay(a, b)
    this.cutOneWay(b, a)
  }

  heal(): void {
    this.cut.clear()
  }

  isCut(from: string, to: string): boolean {
    return this.cut.has(`${from} ${to}`)
  }

  /** The life has ended: its ports are free, and its peers learn that its connections are gone. */
  endLife(life: Life): void {
    for (const [address, bound] of this.bound) {
      if (bound.life === life) this.bound.delete(address)
    }
    for (const end of [...this.ends]) {
      if (end.life === life) end.die()
    }
  }

  latencyMs(): number {
    return this.stream.between(this.faults.latencyMsMin, this.faults.latencyMsMax)
  }

  drawReset(): boolean {
    return this.faults.resetChance > 0 && this.stream.chance(this.faults.resetChance)
  }

  /** How much later than usual the next chunk arrives. */
  drawLateness(): number {
    const { lateChance, lateMsMax } = this.faults
    return lateChance > 0 && this.stream.chance(lateChance) ? this.stream.between(0, lateMsMax) : 0
  }

  /** Open connections and bound ports of lives for which `isMeant`. */
  held(isMeant: (name: string) => boolean): { connections: number; ports: number } {
    let connections = 0
    for (const end of this.ends) if (isMeant(end.life.name) && !end.isClosed) connections++
    let ports = 0
    for (const { life } of this.bound.values()) if (isMeant(life.name) && !life.ended) ports++
    return { connections, ports }
  }

  /** Where to split a chunk of so many bytes; 0 for not at all. */
  drawSplit(bytes: number): number {
    return bytes > 1 && this.stream.chance(this.faults.splitChance)
      ? 1 + this.stream.below(bytes - 1)
      : 0
  }

  plan(delayMs: number, life: Life, run: () => void): void {
    this.scheduler.plan(delayMs, life, run)
  }

  get now(): number {
    return this.scheduler.now
  }

  forget(end: SimulatedEnd): void {
    this.ends.delete(end)
  }

  /** The Network port of one life of a node. */
  portOf(life: Life): Network {
    return {
      listen: (options) => this.listen(life, options),
      connect: (options) => this.connect(life, options),
    }
  }

  private async listen(life: Life, options: ListenOptions): Promise<Listener> {
    const { host, port } = options
    const given = port === 0 ? this.nextPort++ : port
    const address = `${host}:${given}`
    if (this.bound.has(address)) throw new NetworkError(`${address} is in use`, 'EADDRINUSE')
    this.bound.set(address, {
      life,
      onConnection: (connection) => options.onConnection(connection),
    })
    return {
      port: given,
      close: async () => {
        this.bound.delete(address)
      },
    }
  }

  private connect(life: Life, { host, port, timeoutMs }: ConnectOptions): Connection {
    const address = `${host}:${port}`
    const near = new SimulatedEnd(this, life, address)
    // A node whose disk fault ends it comes to the end of what it is doing; that reaches nobody.
    if (!life.ended) this.ends.add(near)
    this.plan(this.latencyMs(), life, () => this.accept(near, life, address, timeoutMs))
    return near
  }

  private accept(near: SimulatedEnd, life: Life, address: string, timeoutMs: number): void {
    if (near.isClosed) return
    const bound = this.bound.get(address)
    if (bound === undefined) {
      near.closeWith(new NetworkError(`nobody listens on ${address}`, 'ECONNREFUSED'))
      return
    }
    if (this.isCut(life.name, bound.life.name) || this.isCut(bound.life.name, life.name)) {
      this.plan(timeoutMs, life, () =>
        near.closeWith(new NetworkError(`no connection to ${address}`, 'ETIMEDOUT')),
      )
      return
    }
    const far = new SimulatedEnd(this, bound.life, life.name)
    this.ends.add(far)
    near.peer = far
    far.peer = near
    this.plan(0, bound.life, () => bound.onConnection(far))
    this.plan(this.latencyMs(), life, () => near.opened())
  }
}

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
  /** Written before the connection was open. */
  private early: Buffer[] = []
  private isOpen = false
  private ending = false
  private paused = false
  private readonly held: Buffer[] = []
  private heldEnd = false
  /** Nothing of this end may arrive before this time: a stream keeps its order. */
  private lastArrival = 0

  constructor(network: SimulatedNetwork, life: Life, remote: string) {
    this.network = network
    this.life = life
    this.remote = remote
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

  write(buffers: readonly Uint8Array[]): boolean {
    if (this.isClosed) return true
    // A copy: the receiver must not share memory with the sender, as over a real network.
    const chunk = Buffer.concat(buffers)
    this.bufferedBytes += chunk.length
    if (this.isOpen || this.peer !== undefined) this.send(chunk)
    else this.early.push(chunk)
    return this.bufferedBytes < HIGH_WATER_BYTES
  }

  private send(chunk: Buffer): void {
    const split = this.network.drawSplit(chunk.length)
    if (this.network.drawReset()) {
      this.deliver(chunk.subarray(0, split))
      this.network.plan(this.network.latencyMs(), this.life, () => this.reset())
      return
    }
    if (split > 0) this.deliver(chunk.subarray(0, split))
    this.deliver(chunk.subarray(split))
  }

  private arrivalDelay(): number {
    const latency = this.network.latencyMs() + this.network.drawLateness()
    const arrival = Math.max(this.lastArrival, this.network.now + latency)
    this.lastArrival = arrival
    return arrival - this.network.now
  }

  private deliver(chunk: Buffer): void {
    const peer = this.peer
    if (peer === undefined) return
    if (this.network.isCut(this.life.name, peer.life.name)) {
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

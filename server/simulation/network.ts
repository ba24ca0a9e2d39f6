// The Network port of a simulated world: byte streams between nodes, with latency drawn from the
// seed, that can be cut between any two nodes, one way or both, and reset in the middle of a frame.
//
// A stream keeps its order, as TCP does: what is lost is lost together with all that follows, and
// both ends learn of it after a time-out. Chunks are split at random, so that no reader can rely
// on a frame coming in one piece. What a client sends may yet arrive twice, or after what it sent
// later: over another connection, as when it gives one up whose last packets are still under way.

import {
  type Connection,
  type ConnectOptions,
  type Listener,
  type ListenOptions,
  type Network,
  NetworkError,
} from '../runtime/runtime.ts'
import { SimulatedEnd } from './connection.ts'
import type { RandomStream } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import { Tally } from './tally.ts'

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
  /** Chance that what a client writes arrives a second time, up to `strayMsMax` later. */
  doubleChance: number
  /** Chance that the connection breaks, and what was written arrives without it, later. */
  detourChance: number
  strayMsMax: number
}

export const CALM_NETWORK: NetworkFaults = {
  latencyMsMin: 0.05,
  latencyMsMax: 0.5,
  resetChance: 0,
  lateChance: 0,
  lateMsMax: 0,
  splitChance: 0.1,
  doubleChance: 0,
  detourChance: 0,
  strayMsMax: 0,
}

/** What strayed is answered, if at all, to a connection that is open for so long. */
const STRAY_CONNECTION_MS = 1000
const FIRST_FREE_PORT = 40_000

interface Bound {
  life: Life
  onConnection(connection: Connection): void
}

export class SimulatedNetwork {
  faults: NetworkFaults = CALM_NETWORK
  /** By API key, what of the requests that are sent is counted. */
  readonly counted = new Map<number, string>()
  /** Whether a client's chunk may arrive twice or out of turn. */
  mayStray: (chunk: Buffer) => boolean = () => true
  readonly tally: Tally
  private readonly scheduler: Scheduler
  private readonly stream: RandomStream
  private readonly bound = new Map<string, Bound>()
  private readonly cut = new Set<string>()
  private readonly ends = new Set<SimulatedEnd>()
  private nextPort = FIRST_FREE_PORT

  constructor(scheduler: Scheduler, stream: RandomStream, tally = new Tally()) {
    this.scheduler = scheduler
    this.stream = stream
    this.tally = tally
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

  /** A client sends a chunk, which begins a request. */
  noteRequest(chunk: Buffer): void {
    const what = chunk.length < 6 ? undefined : this.counted.get(chunk.readInt16BE(4))
    if (what !== undefined) this.tally.note(what)
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

  /** What becomes of a chunk that a client writes, beside arriving: undefined as a rule. */
  drawStray(chunk: Buffer): 'doubled' | 'reordered' | undefined {
    const { doubleChance, detourChance } = this.faults
    if (doubleChance + detourChance === 0 || !this.mayStray(chunk)) return undefined
    const drawn = this.stream.next()
    if (drawn < doubleChance) return 'doubled'
    return drawn < doubleChance + detourChance ? 'reordered' : undefined
  }

  /** Delivers the chunk to `address` by itself, some time later; its sender may be gone by then. */
  stray(chunk: Buffer, sender: string, address: string): void {
    const wire: Life = { name: sender, ended: false }
    this.plan(this.stream.between(0, this.faults.strayMsMax), wire, () => {
      const bound = this.bound.get(address)
      if (bound === undefined || this.isCut(sender, bound.life.name)) return
      const near = new SimulatedEnd(this, wire, address, undefined)
      this.ends.add(near)
      this.join(near, bound)
      near.opened()
      near.write([chunk])
      this.plan(STRAY_CONNECTION_MS, wire, () => near.end())
    })
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
    const near = new SimulatedEnd(this, life, address, address)
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
    this.join(near, bound)
    this.plan(this.latencyMs(), life, () => near.opened())
  }

  private join(near: SimulatedEnd, bound: Bound): void {
    const far = new SimulatedEnd(this, bound.life, near.life.name, undefined)
    this.ends.add(far)
    near.peer = far
    far.peer = near
    this.plan(0, bound.life, () => bound.onConnection(far))
  }
}

// A simulated world: nodes that run on virtual time, in one thread, from one seed.
//
// A node is a name, a disk and a Runtime for each of its lives. Killing a node ends its life: its
// timers never fire, its connections break, and of its disk only what was synced, and a part of
// what was not, is there in its next life.

import { createLogger, type LogLevel, type LogLine } from '../runtime/logger.ts'
import type { Clock, Runtime, Timers } from '../runtime/runtime.ts'
import { SimulatedDisk } from './disk.ts'
import { SimulatedNetwork } from './network.ts'
import { createSimulatedRandom, RandomStream } from './random.ts'
import { type Life, Scheduler } from './scheduler.ts'
import { Tally } from './tally.ts'

/** Where the clocks of the world begin: a fixed day, so that runs are alike. */
const EPOCH_MS = Date.UTC(2026, 0, 1)

interface Node {
  disk: SimulatedDisk
  life: Life
  lives: number
  /** How far the node's wall clock is off. */
  skewMs: number
  /** What the node does now takes until then. */
  busyUntilMs: number
}

/**
 * Who looks at the clock so often while it handles one event works for long. Each further look
 * takes so long, and what comes next waits.
 */
const LOOKS_FREE = 30
const LOOK_MS = 0.2

export interface WorldOptions {
  seed: string
  /** Nodes take time for what they do. */
  isBusy?: boolean
  logLevel?: LogLevel
  onLog?: (line: LogLine & { node: string; time: number }) => void
}

export class World {
  readonly seed: string
  readonly scheduler = new Scheduler()
  readonly network: SimulatedNetwork
  readonly tally = new Tally()
  private readonly options: WorldOptions
  private readonly nodes = new Map<string, Node>()
  private digest = 0x811c9dc5

  constructor(options: WorldOptions) {
    this.seed = options.seed
    this.options = options
    this.network = new SimulatedNetwork(this.scheduler, this.stream('network'), this.tally)
  }

  /** A stream of random numbers that nothing but its name and the seed decides. */
  stream(name: string): RandomStream {
    return new RandomStream(`${this.seed}/${name}`)
  }

  /** Begins a life of the node and answers what it runs on. */
  start(name: string): Runtime {
    const before = this.nodes.get(name)
    const lives = (before?.lives ?? 0) + 1
    const life: Life = { name, ended: false }
    const disk = before?.disk ?? new SimulatedDisk(this.stream(`disk/${name}`), this.tally)
    const node: Node = { disk, life, lives, skewMs: before?.skewMs ?? 0, busyUntilMs: 0 }
    if (lives > 1) this.tally.note('restart')
    this.nodes.set(name, node)
    return {
      clock: this.clock(node),
      timers: this.timers(life),
      random: createSimulatedRandom(this.stream(`node/${name}/${lives}`)),
      disk: disk.portOf(life, this.scheduler),
      network: this.network.portOf(life),
      log: createLogger(this.options.logLevel ?? 'warn', (line) =>
        this.options.onLog?.({ ...line, node: name, time: this.scheduler.now }),
      ),
    }
  }

  /** Ends the node's life at once: SIGKILL with `power` on, a power cut with it off. */
  kill(name: string, cause: 'process' | 'power' = 'process'): void {
    const node = this.nodes.get(name)
    if (node === undefined || node.life.ended) return
    this.tally.note(cause === 'process' ? 'kill' : 'power cut')
    node.life.ended = true
    this.network.endLife(node.life)
    node.disk.endLife(cause)
  }

  /** The node runs nothing for so long, and then all that came meanwhile. */
  pause(name: string, durationMs: number): void {
    const node = this.nodes.get(name)
    if (node === undefined) return
    this.tally.note('pause')
    node.life.pausedUntil = this.scheduler.now + durationMs
  }

  /** Sets the node's wall clock ahead or back; durations are measured as before. */
  skewClock(name: string, skewMs: number): void {
    const node = this.nodes.get(name)
    if (node === undefined) return
    this.tally.note('clock jump')
    node.skewMs = skewMs
  }

  diskOf(name: string): SimulatedDisk | undefined {
    return this.nodes.get(name)?.disk
  }

  /** What nodes for which `isMeant` still hold: events to come, connections, ports. */
  held(isMeant: (name: string) => boolean): { events: number; connections: number; ports: number } {
    return {
      events: this.scheduler.pending((life) => isMeant(life.name)),
      ...this.network.held(isMeant),
    }
  }

  /** Adds to the fingerprint by which two runs of one seed are compared. */
  record(text: string): void {
    const line = `${this.scheduler.now} ${text}\n`
    for (let i = 0; i < line.length; i++) {
      this.digest = Math.imul(this.digest ^ line.charCodeAt(i), 0x01000193)
    }
  }

  /** Equal for two runs that did the same at the same times. */
  get fingerprint(): string {
    return `${(this.digest >>> 0).toString(16)}/${this.scheduler.eventsRun}`
  }

  private clock(node: Node): Clock {
    let event = -1
    let looks = 0
    const monotonic = () => {
      const { now, eventsRun } = this.scheduler
      if (this.options.isBusy !== true) return now
      if (event !== eventsRun) looks = 0
      event = eventsRun
      looks++
      if (looks > LOOKS_FREE) {
        node.busyUntilMs = Math.max(now, node.busyUntilMs) + LOOK_MS
        node.life.pausedUntil = Math.max(node.life.pausedUntil ?? 0, node.busyUntilMs)
      }
      return Math.max(now, node.busyUntilMs)
    }
    return { now: () => EPOCH_MS + Math.floor(this.scheduler.now + node.skewMs), monotonic }
  }

  private timers(life: Life): Timers {
    return {
      after: (delayMs, task) => this.scheduler.plan(delayMs, life, task),
      soon: (task) => void this.scheduler.plan(0, life, task),
    }
  }
}

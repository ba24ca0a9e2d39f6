// The faults of a run, drawn from its seed one after the other, and their end.
//
// At most one broker at a time is down, cut off, paused or has a failing disk, which is what the
// promise covers; or the process ends that all of them are in, and leaves what it wrote. A disk loses what was not synced only while every broker whose life ended before
// is back in sync everywhere: another copy is not counted on until then, so that would be the
// second disk at once. Kinds that only delay (late packets, resets, slow disks, clocks) add to these.

import { hostOf, type SimulatedCluster } from './cluster.ts'
import type { FaultKind, RunPlan } from './plan.ts'
import type { RandomStream } from './random.ts'
import type { World } from './world.ts'

/** Two clocks differ by less than the day after which brokers forget an idle producer. */
const CLOCK_OFF_MS_MAX = 40_000_000
/** Longer than a client waits for an answer, so that what it sent before may come after. */
const STRAY_MS_MAX = 6000
const OFFSET_COMMIT = 8
const DISK_FULL = 'ENOSPC'
const SYNC_FAILED = 'EIO'

export class FaultInjector {
  drawn = 0
  private readonly world: World
  private readonly cluster: SimulatedCluster
  private readonly plan: RunPlan
  private readonly stream: RandomStream
  /** Brokers that are down, cut off, paused or have a bad disk. */
  private readonly afflicted = new Set<number>()
  /** Brokers that ended without order, and may have lost something that they do not have again. */
  private readonly inDoubt = new Set<number>()

  constructor(world: World, cluster: SimulatedCluster, plan: RunPlan) {
    this.world = world
    this.cluster = cluster
    this.plan = plan
    this.stream = world.stream('faults')
    // Nothing in an OffsetCommit tells an earlier one of a member from a later, in Kafka neither:
    // one that comes late takes the offset back.
    world.network.mayStray = (chunk) => chunk.length > 6 && chunk.readInt16BE(4) !== OFFSET_COMMIT
    cluster.onDiskFault = (id) => this.diskFailed(id)
  }

  get isOver(): boolean {
    return this.afflicted.size === 0
  }

  untilNextMs(): number {
    return this.stream.between(0.2, 1.8) * this.plan.faultEveryMs
  }

  drawOne(): void {
    if (this.plan.faults.length === 0) return
    this.drawn++
    this.bring[this.stream.pick(this.plan.faults)]()
  }

  private readonly bring: Record<FaultKind, () => void> = {
    kill: () => this.takeDown('process'),
    power: () => {
      if (this.mayLoseADisk()) this.takeDown('power')
    },
    partition: () => this.cutOff(),
    reset: () => this.setNetwork({ resetChance: this.stream.between(0, 0.02) }),
    late: () =>
      this.setNetwork({
        lateChance: this.stream.between(0, 0.05),
        lateMsMax: this.stream.between(10, 1500),
      }),
    'all at once': () => this.endAll(),
    controller: () => {
      if (!this.cluster.hasController) return
      this.cluster.killController(this.stream.chance(0.5) ? 'process' : 'power')
      this.cluster.startController()
    },
    doubled: () =>
      this.setNetwork({
        doubleChance: this.stream.between(0, 0.05),
        strayMsMax: this.stream.between(10, STRAY_MS_MAX),
      }),
    reordered: () =>
      this.setNetwork({
        detourChance: this.stream.between(0, 0.02),
        strayMsMax: this.stream.between(10, STRAY_MS_MAX),
      }),
    pause: () => this.pause(),
    clock: () => {
      const host = hostOf(this.stream.pick(this.cluster.brokerIds))
      const skewMs = this.stream.between(-1, 1) * this.stream.pick([100, 10_000, CLOCK_OFF_MS_MAX])
      this.world.record(`clock of ${host}`)
      this.world.skewClock(this.stream.chance(0.2) ? 'controller' : host, skewMs)
    },
    sync: () => {
      if (this.mayLoseADisk()) this.spoilDisk('sync', SYNC_FAILED)
    },
    'full disk': () => this.spoilDisk('write', DISK_FULL),
    sessions: () => {
      // As if others had taken their slots.
      for (const { brokerId, parts } of this.cluster.running()) {
        if (parts.fetchSessions.length === 0) continue
        this.world.record(`sessions of ${hostOf(brokerId)}`)
        this.world.tally.note('fetch sessions lost')
        parts.fetchSessions.close()
      }
    },
    'slow disk': () => {
      const host = hostOf(this.stream.pick(this.cluster.brokerIds))
      const disk = this.world.diskOf(this.stream.chance(0.3) ? 'controller' : host)
      if (disk !== undefined) disk.slowMs = this.stream.between(0, 300)
    },
  }

  /** Ends what has no end of its own; the rest ends at its time. */
  end(): void {
    this.setNetwork({ resetChance: 0, lateChance: 0, doubleChance: 0, detourChance: 0 })
    for (const id of this.cluster.brokerIds) {
      const disk = this.world.diskOf(hostOf(id))
      if (disk !== undefined) disk.slowMs = 0
    }
    const disk = this.world.diskOf('controller')
    if (disk !== undefined) disk.slowMs = 0
  }

  /** A broker that serves, and may be harmed now. */
  private victim(): number | undefined {
    const id = this.stream.pick(this.cluster.brokerIds)
    if (this.afflicted.size > 0 || this.cluster.broker(id) === undefined) return undefined
    this.afflicted.add(id)
    return id
  }

  private mayLoseADisk(): boolean {
    for (const id of this.inDoubt) if (this.isBackInSync(id)) this.inDoubt.delete(id)
    return this.plan.syncsFirst || this.inDoubt.size === 0
  }

  /** As the broker itself has heard, which has heard of its own coming back at least. */
  private isBackInSync(id: number): boolean {
    const metadata = this.cluster.broker(id)?.parts.metadata
    if (metadata === undefined) return false
    return [...metadata.topics()].every(({ partitions }) =>
      partitions.every(
        ({ replicas, inSyncReplicas }) => !replicas.includes(id) || inSyncReplicas.includes(id),
      ),
    )
  }

  private heal(id: number, afterMs: number, mend: () => void): void {
    this.world.scheduler.plan(afterMs, undefined, () => {
      mend()
      this.afflicted.delete(id)
    })
  }

  private setNetwork(faults: Partial<World['network']['faults']>): void {
    this.world.network.faults = { ...this.world.network.faults, ...faults }
  }

  private takeDown(cause: 'process' | 'power'): void {
    const id = this.victim()
    if (id === undefined) return
    const disk = this.world.diskOf(hostOf(id))
    if (disk !== undefined) disk.flipChance = this.plan.flipChance
    this.inDoubt.add(id)
    this.cluster.killBroker(id, cause)
    this.heal(id, this.stream.between(10, 4000), () => this.cluster.startBroker(id))
  }

  /** One process with all of them in it is killed, and started again: each when it is ready. */
  private endAll(): void {
    const { brokerIds } = this.cluster
    const areWell = this.cluster.running().length === brokerIds.length
    if (this.afflicted.size > 0 || !areWell || !this.cluster.hasController) return
    this.world.tally.note('all killed at once')
    this.cluster.killController('process')
    for (const id of brokerIds) {
      this.afflicted.add(id)
      this.inDoubt.add(id)
      this.cluster.killBroker(id, 'process')
    }
    this.world.scheduler.plan(this.stream.between(10, 500), undefined, () =>
      this.cluster.startController(true),
    )
    for (const id of brokerIds) {
      this.heal(id, this.stream.between(10, 3000), () => this.cluster.startBroker(id))
    }
  }

  private cutOff(): void {
    const id = this.victim()
    if (id === undefined) return
    const host = hostOf(id)
    const everybody = ['controller', ...this.cluster.brokerIds.map(hostOf)]
    // From some, in one direction or both: also from the controller alone, or from one peer.
    const others = everybody.filter((name) => name !== host)
    const from = this.stream.chance(0.6) ? others : [this.stream.pick(others)]
    const direction = this.stream.below(4)
    this.world.record(`cut off ${host}`)
    this.world.tally.note(direction === 1 || direction === 2 ? 'one-way partition' : 'partition')
    for (const other of from) {
      if (direction !== 1) this.world.network.cutOneWay(host, other)
      if (direction !== 2) this.world.network.cutOneWay(other, host)
    }
    this.heal(id, this.stream.between(100, 6000), () => this.world.network.heal())
  }

  private pause(): void {
    const id = this.victim()
    if (id === undefined) return
    const host = hostOf(id)
    const durationMs = this.stream.between(50, 5000)
    this.world.record(`pause ${host}`)
    this.world.pause(host, durationMs)
    this.heal(id, durationMs, () => undefined)
  }

  private spoilDisk(operation: 'sync' | 'write', code: string): void {
    const id = this.victim()
    if (id === undefined) return
    const host = hostOf(id)
    const disk = this.world.diskOf(host)
    if (disk === undefined) return
    this.world.record(`${code} on ${host}`)
    disk.fault = (now) => (now === operation ? code : undefined)
    this.heal(id, this.stream.between(100, 3000), () => {
      disk.fault = undefined
      // What a failed sync left in doubt is gone with the process that met it.
      if (!this.cluster.isRunning(id)) this.cluster.startBroker(id)
    })
  }

  /** A broker gave up because of its disk. It is started again once the disk is well. */
  private diskFailed(id: number): void {
    this.inDoubt.add(id)
    const isSpoiled = this.world.diskOf(hostOf(id))?.fault !== undefined
    this.cluster.killBroker(id, 'process')
    if (!isSpoiled) this.cluster.startBroker(id)
  }
}

// One simulated run: a cluster, a workload, faults drawn from the seed, then peace, convergence
// within bounded time, and the checkers.

import { checkAcknowledged } from './checkers/acknowledged.ts'
import { checkReplicasAgree, LeadershipWatch } from './checkers/replicas.ts'
import { SimulatedClient } from './client.ts'
import { SimulatedCluster } from './cluster.ts'
import type { RandomStream } from './random.ts'
import { readPartition, SimulatedProducer } from './workload.ts'
import { World } from './world.ts'

const TOPIC = 'work'
const LOOK_EVERY_MS = 50
const CONVERGE_LIMIT_MS = 60_000

export interface RunOptions {
  seed: string
  brokers?: number
  partitions?: number
  /** Virtual time under faults. */
  durationMs?: number
  /** Kinds of fault that this run may draw; none for a quiet run. */
  faults?: readonly FaultKind[]
}

export type FaultKind = 'kill' | 'power' | 'partition' | 'reset' | 'controller'

export const ALL_FAULTS: readonly FaultKind[] = [
  'kill',
  'power',
  'partition',
  'reset',
  'controller',
]

export interface RunResult {
  seed: string
  problems: string[]
  acknowledged: number
  attempts: number
  faultsDrawn: number
  virtualMs: number
  events: number
  fingerprint: string
}

export async function simulate(options: RunOptions): Promise<RunResult> {
  const world = new World({ seed: options.seed })
  const run = new Run(world, options)
  return await run.toItsEnd()
}

class Run {
  private readonly world: World
  private readonly options: Required<RunOptions>
  private readonly cluster: SimulatedCluster
  private readonly watch = new LeadershipWatch()
  private readonly stream: RandomStream
  private readonly producers: SimulatedProducer[] = []
  private readonly problems: string[] = []
  private faultsDrawn = 0
  private readonly down = new Set<number>()

  constructor(world: World, options: RunOptions) {
    this.world = world
    this.options = {
      brokers: 3,
      partitions: 2,
      durationMs: 10_000,
      faults: ALL_FAULTS,
      ...options,
    }
    this.stream = world.stream('faults')
    this.cluster = new SimulatedCluster(world, { brokers: this.options.brokers })
  }

  async toItsEnd(): Promise<RunResult> {
    this.cluster.start()
    if (!(await this.cluster.untilReady())) this.problems.push('the cluster did not start')
    const client = this.client('admin')
    let created = false
    void client.createTopic(TOPIC, this.options.partitions, this.options.brokers).then(() => {
      created = true
    })
    if (!(await this.runUntil(() => created, 10_000))) this.problems.push('no topic was created')
    this.startProducers()
    await this.underFaults()
    await this.inPeace()
    return {
      seed: this.options.seed,
      problems: [...this.problems, ...this.watch.problems],
      acknowledged: this.producers.reduce((sum, producer) => sum + producer.acknowledged.length, 0),
      attempts: this.producers.reduce((sum, producer) => sum + producer.attempts, 0),
      faultsDrawn: this.faultsDrawn,
      virtualMs: this.world.scheduler.now,
      events: this.world.scheduler.eventsRun,
      fingerprint: this.world.fingerprint,
    }
  }

  private client(name: string): SimulatedClient {
    return new SimulatedClient(this.world.start(name), name, this.cluster.brokerIds)
  }

  private startProducers(): void {
    for (let partition = 0; partition < this.options.partitions; partition++) {
      const producer = new SimulatedProducer(this.client(`producer${partition}`), TOPIC, partition)
      producer.start()
      this.producers.push(producer)
    }
  }

  private async runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.world.scheduler.now + limitMs
    while (this.world.scheduler.now < end) {
      if (await this.world.scheduler.runUntil(isDone, LOOK_EVERY_MS)) return true
      this.watch.look(this.cluster.running())
    }
    return isDone()
  }

  private async underFaults(): Promise<void> {
    const { scheduler } = this.world
    const end = scheduler.now + this.options.durationMs
    while (scheduler.now < end) {
      await this.runUntil(() => false, this.stream.between(100, 2000))
      if (this.options.faults.length > 0) this.drawFault(this.stream.pick(this.options.faults))
    }
  }

  /** At most one broker at a time is down or cut off, which is what two in-sync replicas cover. */
  private drawFault(kind: FaultKind): void {
    this.faultsDrawn++
    switch (kind) {
      case 'kill':
      case 'power':
        this.takeDown(kind === 'kill' ? 'process' : 'power')
        break
      case 'partition':
        this.cutOff()
        break
      case 'reset':
        this.world.network.faults = {
          ...this.world.network.faults,
          resetChance: this.stream.between(0, 0.02),
        }
        break
      case 'controller':
        this.cluster.killController(this.stream.chance(0.5) ? 'process' : 'power')
        this.cluster.startController()
        break
    }
  }

  private takeDown(cause: 'process' | 'power'): void {
    if (this.down.size > 0) return
    // A power cut takes what was not synced. The promise is for one such disk among those in
    // sync, so the next cut waits until the others have caught up with the last.
    if (cause === 'power' && !this.isWholeAgain()) return
    const id = this.stream.pick(this.cluster.brokerIds)
    if (this.cluster.broker(id) === undefined) return
    this.down.add(id)
    this.cluster.killBroker(id, cause)
    this.world.scheduler.plan(this.stream.between(10, 4000), undefined, () => {
      this.cluster.startBroker(id)
      this.down.delete(id)
    })
  }

  private cutOff(): void {
    if (this.down.size > 0) return
    const id = this.stream.pick(this.cluster.brokerIds)
    const host = SimulatedCluster.hostOf(id)
    const others = ['controller', ...this.cluster.brokerIds.map(SimulatedCluster.hostOf)]
    const oneWay = this.stream.chance(0.3)
    this.down.add(id)
    this.world.record(`cut off ${host}`)
    for (const other of others) {
      if (other === host) continue
      this.world.network.cutOneWay(host, other)
      if (!oneWay) this.world.network.cutOneWay(other, host)
    }
    this.world.scheduler.plan(this.stream.between(100, 6000), undefined, () => {
      this.world.network.heal()
      this.down.delete(id)
    })
  }

  private async inPeace(): Promise<void> {
    this.world.network.faults = { ...this.world.network.faults, resetChance: 0 }
    const everythingUp = () =>
      this.down.size === 0 && this.cluster.running().length === this.options.brokers
    if (!(await this.runUntil(everythingUp, CONVERGE_LIMIT_MS))) {
      this.problems.push('not every broker came back')
    }
    await this.runUntil(() => false, 2000)
    for (const producer of this.producers) producer.stop()
    let finished = 0
    for (const producer of this.producers) void producer.running?.then(() => finished++)
    if (!(await this.runUntil(() => finished === this.producers.length, CONVERGE_LIMIT_MS))) {
      this.problems.push('a producer never got its answer')
    }
    for (const producer of this.producers) {
      for (const name of producer.refused) this.problems.push(`a producer was refused: ${name}`)
    }
    if (!(await this.runUntil(() => this.isWholeAgain(), CONVERGE_LIMIT_MS))) {
      this.problems.push('not every replica came back in sync')
    }
    await this.readBack()
    this.problems.push(...checkReplicasAgree(this.cluster.running()))
    for (const { node, error } of this.cluster.faults) {
      this.problems.push(
        `${node}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }
  }

  /** Every broker serves, and says that every replica of every partition is in sync. */
  private isWholeAgain(): boolean {
    const running = this.cluster.running()
    return (
      running.length === this.options.brokers &&
      running.every((broker) =>
        [...broker.parts.metadata.topics()].every(({ partitions }) =>
          partitions.every(
            ({ leader, replicas, inSyncReplicas }) =>
              leader >= 0 && inSyncReplicas.length === replicas.length,
          ),
        ),
      )
    )
  }

  private async readBack(): Promise<void> {
    const client = this.client('reader')
    for (let partition = 0; partition < this.options.partitions; partition++) {
      let found: Awaited<ReturnType<typeof readPartition>> | undefined
      void readPartition(client, TOPIC, partition).then((records) => {
        found = records
      })
      await this.runUntil(() => found !== undefined, CONVERGE_LIMIT_MS)
      if (found === undefined) {
        this.problems.push(`partition ${partition} could not be read`)
        continue
      }
      const acknowledged = this.producers.flatMap((producer) =>
        producer.acknowledged.filter((entry) => entry.partition === partition),
      )
      this.problems.push(...checkAcknowledged(partition, acknowledged, found))
      this.world.record(`read ${found.length} from ${partition}`)
    }
  }
}

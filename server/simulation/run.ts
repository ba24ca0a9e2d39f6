// One simulated run: a cluster, a workload, faults drawn from the seed, then peace, convergence
// within bounded virtual time, the checkers, and an orderly end that must leave nothing behind.

import type { Broker } from '../broker.ts'
import { Log } from '../storage/log.ts'
import { checkAcknowledged } from './checkers/acknowledged.ts'
import { GroupHistory } from './checkers/groups.ts'
import { checkIndexesAgree } from './checkers/index-agrees.ts'
import { checkNothingIsHeld } from './checkers/leaks.ts'
import { LeaderWatch } from './checkers/one-leader-per-epoch.ts'
import { checkReplicasAgree } from './checkers/replicas-agree.ts'
import { checkGroups, checkImages, groupsAreEmpty, groupsRest } from './checkers/state-replays.ts'
import { WatermarkWatch } from './checkers/watermark.ts'
import { SimulatedClient } from './client.ts'
import { SimulatedCluster } from './cluster.ts'
import { COMPACTED_TOPIC, CompactedTopic, compactedTopicConfigs } from './compacted-topic.ts'
import { FaultInjector } from './faults.ts'
import { SimulatedMember } from './group-member.ts'
import { SimulatedOperator } from './operator.ts'
import { planOf, type RunOptions, type RunPlan } from './plan.ts'
import { readPartition, SimulatedProducer } from './workload.ts'
import { World } from './world.ts'

const TOPIC = 'work'
const OFFSETS_TOPIC = '__consumer_offsets'
const LOOK_EVERY_MS = 50
const START_LIMIT_MS = 20_000
const CONVERGE_LIMIT_MS = 60_000
/** Every request of a server has timed out after this. */
const AFTERMATH_MS = 40_000

export interface RunResult {
  plan: RunPlan
  problems: string[]
  acknowledged: number
  attempts: number
  commits: number
  faultsDrawn: number
  /** What happened, and how often. */
  tally: Record<string, number>
  virtualMs: number
  events: number
  fingerprint: string
}

/** Runs `options.seed` to its end; what is not given is drawn from it. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  return await new Run(planOf(options)).toItsEnd()
}

interface Worker {
  stop(): void
  readonly running: Promise<void> | undefined
}

class Run {
  private readonly plan: RunPlan
  private readonly world: World
  private readonly cluster: SimulatedCluster
  private readonly injector: FaultInjector
  private readonly leaders = new LeaderWatch()
  private readonly watermarks = new WatermarkWatch()
  private readonly history = new GroupHistory()
  private readonly producers: SimulatedProducer[] = []
  private readonly members: SimulatedMember[] = []
  private compacted: CompactedTopic | undefined
  private operator: SimulatedOperator | undefined
  private readonly problems: string[] = []

  constructor(plan: RunPlan) {
    this.plan = plan
    this.world = new World({ seed: plan.seed, isBusy: plan.isBusy })
    this.cluster = new SimulatedCluster(this.world, {
      brokers: plan.brokers,
      configs: {
        'min.insync.replicas': String(plan.minInSyncReplicas),
        'offsets.topic.replication.factor': String(plan.replicationFactor),
        ...plan.configs,
      },
    })
    this.injector = new FaultInjector(this.world, this.cluster, plan)
  }

  async toItsEnd(): Promise<RunResult> {
    if (await this.begin()) {
      await this.underFaults()
      await this.inPeace()
      await this.stopAll()
    }
    for (const { node, error } of this.cluster.faults) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.problems.push(`${node}: ${text}`)
    }
    const sum = (of: (producer: SimulatedProducer) => number) =>
      this.producers.reduce((total, producer) => total + of(producer), 0)
    return {
      plan: this.plan,
      problems: [
        ...this.problems,
        ...this.leaders.problems,
        ...this.watermarks.problems,
        ...this.history.problems,
        ...(this.compacted?.history.problems ?? []),
      ],
      acknowledged: sum(({ acknowledged }) => acknowledged.length),
      attempts: sum(({ attempts }) => attempts),
      commits: this.history.commits,
      faultsDrawn: this.injector.drawn,
      tally: this.world.tally.all(),
      virtualMs: this.world.scheduler.now,
      events: this.world.scheduler.eventsRun,
      fingerprint: this.world.fingerprint,
    }
  }

  private client(name: string): SimulatedClient {
    return new SimulatedClient(this.world.start(name), name, this.cluster.brokerIds)
  }

  private async begin(): Promise<boolean> {
    const { partitions, members } = this.plan
    this.cluster.start()
    const made = this.createTopics(this.client('admin'))
    if (!(await this.resolves(made, START_LIMIT_MS))) {
      this.problems.push('the cluster did not start and make a topic')
      return false
    }
    for (let partition = 0; partition < partitions; partition++) {
      const producer = new SimulatedProducer(this.client(`producer${partition}`), TOPIC, partition)
      producer.start()
      this.producers.push(producer)
    }
    for (let i = 0; i < members; i++) {
      const topic = { name: TOPIC, partitions }
      const member = new SimulatedMember(this.client(`member${i}`), topic, this.history)
      member.start()
      this.members.push(member)
    }
    if (this.plan.deleteRetentionMs !== undefined) this.startCompacted(this.plan.deleteRetentionMs)
    if (this.plan.operatorEveryMs > 0) this.startOperator()
    return true
  }

  private async createTopics(admin: SimulatedClient): Promise<void> {
    const { partitions, replicationFactor, deleteRetentionMs } = this.plan
    await admin.createTopic(TOPIC, partitions, replicationFactor)
    if (deleteRetentionMs === undefined) return
    const configs = compactedTopicConfigs(deleteRetentionMs)
    await admin.createTopic(COMPACTED_TOPIC, 1, replicationFactor, configs)
  }

  private startCompacted(deleteRetentionMs: number): void {
    this.compacted = new CompactedTopic(
      this.client('writer'),
      this.client('looker'),
      { deleteRetentionMs, clocksJump: this.plan.faults.includes('clock') },
      this.world.stream('compacted'),
    )
    this.compacted.start()
  }

  private startOperator(): void {
    const { replicationFactor, partitions, deleteRetentionMs } = this.plan
    const topics = [{ name: TOPIC, partitions, replicationFactor }]
    if (deleteRetentionMs !== undefined) {
      topics.push({ name: COMPACTED_TOPIC, partitions: 1, replicationFactor })
    }
    this.operator = new SimulatedOperator(
      this.client('operator'),
      topics,
      this.cluster.brokerIds,
      this.plan.operatorEveryMs,
      this.world.stream('operator'),
    )
    this.operator.start()
  }

  /** Runs the world until the promise has resolved; false when it takes longer than `limitMs`. */
  private async resolves(promise: Promise<unknown> | undefined, limitMs: number): Promise<boolean> {
    let done = false
    void promise?.then(() => {
      done = true
    })
    return await this.runUntil(() => done, limitMs)
  }

  private async runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.world.scheduler.now + limitMs
    while (this.world.scheduler.now < end) {
      if (await this.world.scheduler.runUntil(isDone, LOOK_EVERY_MS)) return true
      const brokers = this.cluster.running()
      this.leaders.look(brokers)
      this.watermarks.look(brokers)
    }
    return isDone()
  }

  private async underFaults(): Promise<void> {
    const { scheduler } = this.world
    const end = scheduler.now + this.plan.durationMs
    while (scheduler.now < end) {
      await this.runUntil(() => false, this.injector.untilNextMs())
      this.injector.drawOne()
    }
  }

  private async inPeace(): Promise<void> {
    this.injector.end()
    this.operator?.stop()
    const everythingUp = () =>
      this.injector.isOver && this.cluster.running().length === this.plan.brokers
    if (!(await this.runUntil(everythingUp, CONVERGE_LIMIT_MS))) {
      this.problems.push('not every broker came back')
    }
    await this.runUntil(() => false, 2000)
    await this.commitsGoOn()
    await this.stopClients()
    if (!(await this.runUntil(() => this.isWholeAgain(), CONVERGE_LIMIT_MS))) {
      this.problems.push('not every replica came back in sync')
    }
    await this.check()
  }

  private async commitsGoOn(): Promise<void> {
    const before = this.history.commits
    if (this.members.length === 0) return
    if (!(await this.runUntil(() => this.history.commits > before, CONVERGE_LIMIT_MS))) {
      this.problems.push('the group no longer commits')
    }
  }

  private async stopClients(): Promise<void> {
    const clients: Worker[] = [...this.producers, ...this.members]
    if (this.compacted !== undefined) clients.push(this.compacted)
    for (const client of clients) client.stop()
    const runs = [...clients.map(({ running }) => running), this.operator?.running]
    const all = Promise.all(runs.map(async (running) => running))
    if (!(await this.resolves(all, CONVERGE_LIMIT_MS))) {
      this.problems.push('a client never got its answer')
    }
    for (const producer of this.allProducers()) {
      for (const name of producer.refused) this.problems.push(`a producer was refused: ${name}`)
    }
  }

  private async check(): Promise<void> {
    await this.readBack()
    const brokers = this.cluster.running()
    this.problems.push(...checkReplicasAgree(brokers), ...checkIndexesAgree(brokers))
    const { controller } = this.cluster
    if (controller === undefined) this.problems.push('there is no controller')
    else this.problems.push(...checkImages(controller, brokers))
    await this.checkGroupsWhen(groupsRest, 'a rebalance did not end')
    await this.checkGroupsWhen(groupsAreEmpty, 'a group kept members that have gone')
  }

  private async checkGroupsWhen(
    isSo: (brokers: readonly Broker[]) => boolean,
    otherwise: string,
  ): Promise<void> {
    if (!(await this.runUntil(() => isSo(this.cluster.running()), CONVERGE_LIMIT_MS))) {
      this.problems.push(otherwise)
      return
    }
    const checked = checkGroups(this.cluster.running())
    const groups = checked.then((found) => this.problems.push(...found))
    if (!(await this.resolves(groups, CONVERGE_LIMIT_MS))) {
      this.problems.push('the groups could not be read back')
    }
  }

  private async stopAll(): Promise<void> {
    if (!(await this.resolves(this.cluster.stop(), CONVERGE_LIMIT_MS))) {
      this.problems.push('the cluster did not stop')
    }
    await this.world.scheduler.runFor(AFTERMATH_MS)
    this.problems.push(...checkNothingIsHeld(this.world))
  }

  private allProducers(): SimulatedProducer[] {
    return this.compacted === undefined
      ? this.producers
      : [...this.producers, this.compacted.producer]
  }

  /** Every broker serves, every replica of every partition is in sync, and none is being moved. */
  private isWholeAgain(): boolean {
    const running = this.cluster.running()
    return (
      running.length === this.plan.brokers &&
      running.every((broker) =>
        [...broker.parts.metadata.topics()].every(({ name, partitions }) =>
          partitions.every(
            ({ leader, replicas, inSyncReplicas }) =>
              leader >= 0 &&
              replicas.length === this.plan.replicationFactor &&
              inSyncReplicas.length === replicas.length &&
              (name !== OFFSETS_TOPIC || this.isLoaded(leader)),
          ),
        ),
      )
    )
  }

  /** The groups that the broker coordinates can be asked for. */
  private isLoaded(brokerId: number): boolean {
    const parts = this.cluster.broker(brokerId)?.parts
    if (parts === undefined) return false
    return [...parts.partitions.all()].every(
      ({ topic, partition, isLeader }) =>
        topic !== OFFSETS_TOPIC || !isLeader || parts.groups.stateOf(partition) !== undefined,
    )
  }

  private async readBack(): Promise<void> {
    const client = this.client('reader')
    for (const [partition, producer] of this.producers.entries()) {
      const reading = readPartition(client, TOPIC, partition)
      if (!(await this.resolves(reading, CONVERGE_LIMIT_MS))) {
        this.problems.push(`partition ${partition} could not be read`)
        continue
      }
      const found = (await reading)?.found ?? []
      this.problems.push(...checkAcknowledged(partition, producer.acknowledged, found))
      this.world.record(`read ${found.length} from ${partition}`)
    }
    if (this.compacted === undefined) return
    if (!(await this.resolves(this.compacted.readBack(), CONVERGE_LIMIT_MS))) {
      this.problems.push('the compacted topic could not be read')
    }
    for (const broker of this.cluster.running()) {
      for (const { log } of broker.parts.partitions.all()) {
        if (log instanceof Log && log.compactedTo > 0n) this.world.tally.note('compacted log')
      }
    }
  }
}

// One simulated run: a cluster, a workload, faults drawn from the seed, then peace, convergence
// within bounded virtual time, the checkers, and an orderly end that must leave nothing behind.

import type { Broker } from '../broker.ts'
import { Log } from '../storage/log.ts'
import { checkIndexesAgree } from './checkers/index-agrees.ts'
import { checkNothingIsHeld } from './checkers/leaks.ts'
import { LeaderWatch } from './checkers/one-leader-per-epoch.ts'
import { checkReplicasAgree } from './checkers/replicas-agree.ts'
import { checkGroups, checkImages, groupsAreEmpty, groupsRest } from './checkers/state-replays.ts'
import { WatermarkWatch } from './checkers/watermark.ts'
import { SimulatedCluster } from './cluster.ts'
import { FaultInjector } from './faults.ts'
import { planOf, type RunOptions, type RunPlan } from './plan.ts'
import { RunClients } from './run-clients.ts'
import { World } from './world.ts'

const OFFSETS_TOPIC = '__consumer_offsets'
const FETCH_SNAPSHOT = 59
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

class Run {
  private readonly plan: RunPlan
  private readonly world: World
  private readonly cluster: SimulatedCluster
  private readonly injector: FaultInjector
  private readonly leaders = new LeaderWatch()
  private readonly watermarks = new WatermarkWatch()
  private readonly clients: RunClients
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
    this.clients = new RunClients(plan, this.world, this.cluster)
    this.injector = new FaultInjector(this.world, this.cluster, plan)
    this.world.network.counted.set(FETCH_SNAPSHOT, 'snapshot fetched')
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
    return {
      plan: this.plan,
      problems: [
        ...this.problems,
        ...this.leaders.problems,
        ...this.watermarks.problems,
        ...this.clients.problems,
      ],
      acknowledged: this.clients.acknowledged,
      attempts: this.clients.attempts,
      commits: this.clients.group.commits,
      faultsDrawn: this.injector.drawn,
      tally: this.world.tally.all(),
      virtualMs: this.world.scheduler.now,
      events: this.world.scheduler.eventsRun,
      fingerprint: this.world.fingerprint,
    }
  }

  private async begin(): Promise<boolean> {
    this.cluster.start()
    if (!(await this.resolves(this.clients.createTopics(), START_LIMIT_MS))) {
      this.problems.push('the cluster did not start and make a topic')
      return false
    }
    this.clients.start()
    return true
  }

  /** Runs the world until the promise has resolved; false when it takes longer than `limitMs`. */
  private async resolves(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
    let done = false
    void promise.then(() => {
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
      this.noteThrottled(brokers)
    }
    return isDone()
  }

  private noteThrottled(brokers: readonly Broker[]): void {
    if (this.plan.throttleEveryMs === 0) return
    for (const { parts } of brokers) {
      if (parts.leaderThrottle.available() === 0) this.world.tally.note('throttle used up')
    }
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
    this.clients.endMeddling()
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
    const { group } = this.clients
    const before = group.commits
    if (this.plan.members === 0) return
    if (!(await this.runUntil(() => group.commits > before, CONVERGE_LIMIT_MS))) {
      this.problems.push('the group no longer commits')
    }
  }

  private async stopClients(): Promise<void> {
    if (!(await this.resolves(this.clients.stop(), CONVERGE_LIMIT_MS))) {
      this.problems.push('a client never got its answer')
    }
    for (const name of this.clients.refusals()) {
      this.problems.push(`a producer was refused: ${name}`)
    }
  }

  private async check(): Promise<void> {
    const brokers = this.cluster.running()
    await this.clients.readBack((promise, limitMs) => this.resolves(promise, limitMs), brokers)
    this.noteWork(brokers)
    this.problems.push(...checkReplicasAgree(brokers), ...checkIndexesAgree(brokers))
    const { controller } = this.cluster
    if (controller === undefined) this.problems.push('there is no controller')
    else this.problems.push(...checkImages(controller, brokers))
    await this.checkGroupsWhen(groupsRest, 'a rebalance did not end')
    await this.checkGroupsWhen(groupsAreEmpty, 'a group kept members that have gone')
  }

  private noteWork(brokers: readonly Broker[]): void {
    const { tally } = this.world
    for (const { parts } of brokers) {
      for (const { log } of parts.partitions.all()) {
        if (log instanceof Log && log.compactedTo > 0n) tally.note('compacted log')
        if (log.logStartOffset > 0n) tally.note('log that begins later')
      }
    }
    const { controller } = this.cluster
    if ((controller?.controller.startOffset ?? 0n) > 0n) tally.note('metadata log trimmed')
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
}

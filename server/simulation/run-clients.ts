// Who works with the cluster in one run: producers, a group, a topic that is compacted and one that
// keeps its newest, readers in racks, and those who move replicas and throttle them. Starts them,
// stops them, and reads back in the end what they were promised.

import type { Broker } from '../broker.ts'
import { checkAcknowledged } from './checkers/acknowledged.ts'
import { GroupHistory } from './checkers/groups.ts'
import { ShownHistory } from './checkers/shown.ts'
import { SimulatedClient } from './client.ts'
import { rackOf, type SimulatedCluster } from './cluster.ts'
import { COMPACTED_TOPIC, CompactedTopic, compactedTopicConfigs } from './compacted-topic.ts'
import { SimulatedMember } from './group-member.ts'
import { type OperatedTopic, SimulatedOperator } from './operator.ts'
import type { RunPlan } from './plan.ts'
import { RackReader } from './rack-reader.ts'
import { RETAINED_TOPIC, RetainedTopic, retainedTopicConfigs } from './retained-topic.ts'
import { SimulatedThrottler } from './throttler.ts'
import { readPartition, SimulatedProducer } from './workload.ts'
import type { World } from './world.ts'

const TOPIC = 'work'
const READ_LIMIT_MS = 60_000

interface Worker {
  stop(): void
  readonly running: Promise<void> | undefined
}

/** Runs the world until the promise has resolved; false when that takes longer than `limitMs`. */
export type Await = (promise: Promise<unknown>, limitMs: number) => Promise<boolean>

export class RunClients {
  readonly group = new GroupHistory()
  private readonly plan: RunPlan
  private readonly world: World
  private readonly cluster: SimulatedCluster
  private readonly producers: SimulatedProducer[] = []
  private readonly members: SimulatedMember[] = []
  private readonly readers: { reader: RackReader; history: ShownHistory }[] = []
  /** They end when the faults do. */
  private readonly meddlers: (SimulatedOperator | SimulatedThrottler)[] = []
  private compacted: CompactedTopic | undefined
  private retained: RetainedTopic | undefined
  private readonly found: string[] = []

  constructor(plan: RunPlan, world: World, cluster: SimulatedCluster) {
    this.plan = plan
    this.world = world
    this.cluster = cluster
  }

  private client(name: string): SimulatedClient {
    return new SimulatedClient(this.world.start(name), name, this.cluster.brokerIds)
  }

  get problems(): string[] {
    return [
      ...this.found,
      ...this.group.problems,
      ...(this.compacted?.history.problems ?? []),
      ...(this.retained?.problems ?? []),
      ...this.readers.flatMap(({ history }) => history.problems),
    ]
  }

  /** Of the main topic. */
  get acknowledged(): number {
    return this.producers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)
  }

  get attempts(): number {
    return this.producers.reduce((sum, { attempts }) => sum + attempts, 0)
  }

  async createTopics(): Promise<void> {
    const { partitions, replicationFactor, deleteRetentionMs, retentionBytes } = this.plan
    const admin = this.client('admin')
    await admin.createTopic(TOPIC, partitions, replicationFactor)
    if (deleteRetentionMs !== undefined) {
      const configs = compactedTopicConfigs(deleteRetentionMs)
      await admin.createTopic(COMPACTED_TOPIC, 1, replicationFactor, configs)
    }
    if (retentionBytes !== undefined) {
      const configs = retainedTopicConfigs(retentionBytes)
      await admin.createTopic(RETAINED_TOPIC, 1, replicationFactor, configs)
    }
  }

  /** The topics are there. */
  start(): void {
    const { plan } = this
    for (let partition = 0; partition < plan.partitions; partition++) {
      this.producers.push(
        new SimulatedProducer(this.client(`producer${partition}`), TOPIC, partition),
      )
    }
    for (let i = 0; i < plan.members; i++) {
      const topic = { name: TOPIC, partitions: plan.partitions }
      this.members.push(new SimulatedMember(this.client(`member${i}`), topic, this.group))
    }
    if (plan.deleteRetentionMs !== undefined) {
      this.compacted = new CompactedTopic(
        this.client('writer'),
        this.client('looker'),
        {
          deleteRetentionMs: plan.deleteRetentionMs,
          clocksJump: plan.faults.includes('clock'),
        },
        this.world.stream('compacted'),
      )
    }
    if (plan.retentionBytes !== undefined) {
      this.retained = new RetainedTopic(
        this.client('keeper'),
        this.client('deleter'),
        { retentionBytes: plan.retentionBytes, deletesRecords: plan.deletesRecords },
        this.world.stream('retained'),
      )
    }
    if (plan.operatorEveryMs > 0) this.meddlers.push(this.operator())
    if (plan.throttleEveryMs > 0) this.meddlers.push(this.throttler())
    for (let i = 0; i < plan.rackReaders; i++) this.readers.push(this.rackReader(i))
    const readers = this.readers.map(({ reader }) => reader)
    for (const worker of [...this.workers(), ...this.meddlers, ...readers]) worker.start()
  }

  private operator(): SimulatedOperator {
    return new SimulatedOperator(
      this.client('operator'),
      this.topics(),
      this.cluster.brokerIds,
      this.plan.operatorEveryMs,
      this.world.stream('operator'),
    )
  }

  private throttler(): SimulatedThrottler {
    return new SimulatedThrottler(
      this.client('throttler'),
      this.topics().map(({ name }) => name),
      this.cluster.brokerIds,
      this.plan.throttleEveryMs,
      this.world.stream('throttler'),
    )
  }

  private rackReader(number: number) {
    const { brokerIds } = this.cluster
    const rack = rackOf(brokerIds[number % brokerIds.length] ?? 1)
    const history = new ShownHistory(rack)
    const place = { topic: TOPIC, partitions: this.plan.partitions, rack }
    const client = this.client(`rack-reader${number}`)
    return { reader: new RackReader(client, place, history, this.world.tally), history }
  }

  private topics(): OperatedTopic[] {
    const { replicationFactor, partitions } = this.plan
    const alone = { partitions: 1, replicationFactor }
    return [
      { name: TOPIC, partitions, replicationFactor },
      ...(this.compacted === undefined ? [] : [{ name: COMPACTED_TOPIC, ...alone }]),
      ...(this.retained === undefined ? [] : [{ name: RETAINED_TOPIC, ...alone }]),
    ]
  }

  private workers() {
    return [
      ...this.producers,
      ...this.members,
      ...(this.compacted === undefined ? [] : [this.compacted]),
      ...(this.retained === undefined ? [] : [this.retained]),
    ]
  }

  /** Nobody moves or throttles replicas any more. */
  endMeddling(): void {
    for (const meddler of this.meddlers) meddler.stop()
  }

  /** Resolves when everybody but the readers in racks has come to the end of what was under way. */
  async stop(): Promise<void> {
    const all: Worker[] = [...this.workers(), ...this.meddlers]
    for (const worker of all) worker.stop()
    await Promise.all(all.map(async ({ running }) => running))
  }

  /** What producers were told that no retry mends. */
  refusals(): string[] {
    const { compacted, retained } = this
    return [
      ...this.producers,
      ...(compacted === undefined ? [] : [compacted.producer]),
      ...(retained === undefined ? [] : [retained.producer]),
    ].flatMap(({ refused }) => refused)
  }

  /** Reads back all there is. Nothing is written any more, and the cluster is whole. */
  async readBack(resolves: Await, brokers: readonly Broker[]): Promise<void> {
    const client = this.client('reader')
    const ends: bigint[] = []
    for (const [partition, producer] of this.producers.entries()) {
      const reading = readPartition(client, TOPIC, partition)
      if (!(await resolves(reading, READ_LIMIT_MS))) {
        this.found.push(`partition ${partition} could not be read`)
        continue
      }
      const { found, end } = (await reading) ?? { found: [], end: 0n }
      this.found.push(...checkAcknowledged(partition, producer.acknowledged, found))
      for (const { history } of this.readers) history.compare(partition, found)
      ends[partition] = end
      this.world.record(`read ${found.length} from ${partition}`)
    }
    for (const { reader } of this.readers) {
      if (!(await resolves(reader.finish(ends), READ_LIMIT_MS))) {
        this.found.push('a reader in a rack did not come to the end')
      }
    }
    if (
      this.compacted !== undefined &&
      !(await resolves(this.compacted.readBack(), READ_LIMIT_MS))
    ) {
      this.found.push('the compacted topic could not be read')
    }
    if (
      this.retained !== undefined &&
      !(await resolves(this.retained.check(brokers), READ_LIMIT_MS))
    ) {
      this.found.push('the topic that keeps its newest could not be read')
    }
  }
}

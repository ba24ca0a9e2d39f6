// Riverglass and another cluster side by side: the same load program, on the same machine, in
// turns, round after round.

import { setTimeout as sleep } from 'node:timers/promises'
import { kcatAbsence } from '../kcat.ts'
import { residentMegabytes } from '../process-figures.ts'
import type { ComparedCluster } from './clusters.ts'
import { ComparisonTable, type Metric, middle } from './comparison.ts'
import type { Outcome, ProduceJob } from './jobs.ts'
import { LoadClient } from './load-client.ts'
import { javaToolsAbsence, kcatRates, perfTools } from './other-clients.ts'

const PARTITIONS = 6
const MANY_PARTITIONS = 1000
/** Volumes that take a few tenths of a second at the least: processor time is told in hundredths. */
const RECORDS = new Map([
  [100, 2_000_000],
  [1024, 250_000],
])
const LATENCY = { recordsPerSecond: 500, seconds: 8 }
/** After the largest loads, before the memory is looked at. */
const REST_MS = 5000
const WARM_UP_MS = 20_000
/** Of one topic, one after the other. */
const READINGS = 3
/** Of the whole topic, each reading. */
const PASSES = 4

const rate: Metric = { name: 'records/s', aim: { atLeast: 1 } }
const produceCpu: Metric = { name: 'brokers µs/record', aim: { atMost: 1 } }
const consumeCpu: Metric = { name: 'brokers µs/record', aim: { atMost: 2 } }
const requestP99: Metric = { name: 'request p99, ms', aim: { atMost: 1 } }
const latencyMetrics: readonly (Metric & { share: number })[] = [
  { name: 'p50, ms', aim: { atMost: 1 }, share: 0.5 },
  { name: 'p99, ms', aim: { atMost: 1 }, share: 0.99 },
  { name: 'p99.9, ms', aim: { atMost: 1 }, share: 0.999 },
]
const latencyCpu: Metric = { name: 'brokers µs/record', aim: { atMost: 1 } }
const seconds: Metric = { name: 'seconds', aim: { atMost: 1 } }
const megabytes: Metric = { name: 'MB', aim: { atMost: 0.25 } }

export interface SideBySideOptions {
  rounds: number
  /** Only rows whose name holds it. */
  only: string
}

export class SideBySide {
  readonly produce: ComparisonTable
  readonly consume: ComparisonTable
  readonly latency: ComparisonTable
  readonly others: ComparisonTable
  readonly memory: ComparisonTable
  readonly times: ComparisonTable
  private readonly pair: readonly [ComparedCluster, ComparedCluster]
  private readonly options: SideBySideOptions
  /** Rounds that have no figure. */
  readonly failures: string[] = []
  private readonly load = new LoadClient()
  private readonly replicas: readonly number[]
  private topics = 0

  constructor(pair: readonly [ComparedCluster, ComparedCluster], options: SideBySideOptions) {
    this.pair = pair
    this.options = options
    const names = [pair[0].name, pair[1].name] as const
    this.produce = new ComparisonTable('Producing', [rate, produceCpu, requestP99], names)
    this.consume = new ComparisonTable('Consuming', [rate, consumeCpu], names)
    this.latency = new ComparisonTable('End to end', [...latencyMetrics, latencyCpu], names)
    this.others = new ComparisonTable('Other clients', [rate], names)
    this.memory = new ComparisonTable('Memory', [megabytes], names)
    this.times = new ComparisonTable('Start, failover, topics', [seconds], names)
    const brokers = Math.min(...pair.map((cluster) => cluster.brokers))
    this.replicas = brokers >= 3 ? [1, 3] : [1]
  }

  get tables(): readonly ComparisonTable[] {
    const all = [this.produce, this.consume, this.latency, this.others, this.memory, this.times]
    return all.filter((table) => !table.isEmpty)
  }

  async measure(): Promise<void> {
    this.measureStart()
    await this.warmUp()
    for (const replicas of this.replicas) {
      for (const recordBytes of RECORDS.keys()) {
        for (const codec of ['none', 'lz4'] as const) {
          for (const acks of [1, -1] as const) {
            await this.measureProduce({ recordBytes, codec, acks }, replicas)
          }
        }
      }
    }
    for (const recordBytes of RECORDS.keys()) {
      for (const codec of ['none', 'lz4'] as const) await this.measureConsume(recordBytes, codec)
    }
    for (const replicas of this.replicas) await this.measureLatency(replicas)
    await this.measureOtherClients()
    await this.measureMemory('after the load')
    await this.measureCreation()
  }

  close(): void {
    this.load.close()
  }

  private isWanted(row: string): boolean {
    return row.includes(this.options.only)
  }

  /** Each round in the other order, so that neither is always the one that comes second. */
  private async inTurns(
    row: string,
    work: (cluster: ComparedCluster) => Promise<void>,
    rounds = this.options.rounds,
  ): Promise<void> {
    console.log(row)
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? this.pair : [...this.pair].reverse()
      for (const cluster of order)
        await this.attempt(`${row}: ${cluster.name}`, () => work(cluster))
    }
  }

  /** A round that fails is told at the end, and the others go on. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.failures.push(`${what}: ${reason}`)
      console.log(`  failed: ${what}: ${reason}`)
    }
  }

  private targetOf({ bootstrap, pids }: ComparedCluster) {
    return { bootstrap, pids }
  }

  private async withTopic(
    cluster: ComparedCluster,
    replicas: number,
    work: (topic: string) => Promise<void>,
  ): Promise<void> {
    const name = `bench-${process.pid}-${this.topics++}`
    const target = this.targetOf(cluster)
    await this.load.run({
      kind: 'create',
      ...target,
      topic: { name, partitions: PARTITIONS, replicas },
    })
    try {
      await work(name)
    } finally {
      await this.load.run({ kind: 'delete', ...target, topic: name })
    }
  }

  private measureStart(): void {
    for (const { name, readyMs } of this.pair) {
      if (readyMs !== undefined) this.times.note('start to ready', seconds, name, readyMs / 1000)
    }
  }

  private async measureMemory(row: string): Promise<void> {
    await sleep(REST_MS)
    for (const { name, pids } of this.pair) {
      if (pids.length > 0) this.memory.note(row, megabytes, name, residentMegabytes(pids))
    }
  }

  /** What just-in-time compilers have not seen yet is slow on both sides. */
  private async warmUp(): Promise<void> {
    console.log('warming up')
    await this.measureMemory('before the load')
    for (const cluster of this.pair) {
      const target = this.targetOf(cluster)
      for (const replicas of this.replicas) {
        await this.withTopic(cluster, replicas, async (topic) => {
          const until = performance.now() + WARM_UP_MS / this.replicas.length
          for (let round = 0; round < 2 || performance.now() < until; round++) {
            const codec = round % 2 === 0 ? 'none' : 'lz4'
            const load = { records: 500_000, recordBytes: 100, codec, acks: -1 } as const
            await this.load.run({ ...target, kind: 'produce', topic, ...load })
          }
          await this.load.run({ ...target, kind: 'consume', topic, passes: 1 })
        })
      }
    }
  }

  private async measureProduce(
    shape: Pick<ProduceJob, 'recordBytes' | 'codec' | 'acks'>,
    replicas: number,
  ): Promise<void> {
    const { recordBytes, codec, acks } = shape
    const row = `${sizeOf(recordBytes)}, ${codec}, acks=${acks === 1 ? '1' : 'all'}, ${replicaCount(replicas)}`
    if (!this.isWanted(`produce ${row}`)) return
    await this.inTurns(`produce ${row}`, (cluster) =>
      this.withTopic(cluster, replicas, async (topic) => {
        const outcome = await this.load.run({
          kind: 'produce',
          ...this.targetOf(cluster),
          ...shape,
          topic,
          records: (RECORDS.get(recordBytes) ?? 0) / (replicas > 1 ? 2 : 1),
        })
        this.note(this.produce, row, cluster, outcome, produceCpu)
        this.produce.note(row, requestP99, cluster.name, percentile(outcome.latenciesMs, 0.99))
      }),
    )
  }

  private async measureConsume(recordBytes: number, codec: 'none' | 'lz4'): Promise<void> {
    const row = `${sizeOf(recordBytes)}, ${codec}`
    if (!this.isWanted(`consume ${row}`)) return
    const records = (RECORDS.get(recordBytes) ?? 0) / 2
    const replicas = Math.max(...this.replicas)
    // The topic is filled anew for each turn, which does not count, and read a few times.
    await this.inTurns(`consume ${row}`, (cluster) =>
      this.withTopic(cluster, replicas, async (topic) => {
        const target = { ...this.targetOf(cluster), topic }
        await this.load.run({ kind: 'produce', ...target, records, recordBytes, codec, acks: -1 })
        for (let reading = 0; reading < READINGS; reading++) {
          const outcome = await this.load.run({ kind: 'consume', ...target, passes: PASSES })
          this.note(this.consume, row, cluster, outcome, consumeCpu)
        }
      }),
    )
  }

  private note(
    table: ComparisonTable,
    row: string,
    { name, pids }: ComparedCluster,
    outcome: Outcome,
    cpu: Metric,
  ): void {
    const { records, seconds: taken, brokerCpuSeconds, clientCpuSeconds } = outcome
    const cost = pids.length === 0 ? Number.NaN : (brokerCpuSeconds / records) * 1e6
    table.note(row, rate, name, records / taken)
    table.note(row, cpu, name, cost)
    const shares = `${((clientCpuSeconds / taken) * 100).toFixed(0)} % of a core`
    console.log(
      `  ${name}: ${Math.round(records / taken).toLocaleString('en')}/s, ` +
        `${cost.toFixed(2)} µs/record, load program ${shares}`,
    )
  }

  private async measureLatency(replicas: number): Promise<void> {
    const acks = replicas === 1 ? 1 : -1
    const row = `1 KiB, acks=${acks === 1 ? '1' : 'all'}, ${replicaCount(replicas)}`
    if (!this.isWanted(`latency ${row}`)) return
    await this.inTurns(`latency ${row}`, (cluster) =>
      this.withTopic(cluster, replicas, async (topic) => {
        const { latenciesMs, records, brokerCpuSeconds } = await this.load.run({
          kind: 'latency',
          ...this.targetOf(cluster),
          ...LATENCY,
          topic,
          recordBytes: 1024,
          acks,
        })
        const shown: string[] = []
        for (const metric of latencyMetrics) {
          const figure = percentile(latenciesMs, metric.share)
          this.latency.note(row, metric, cluster.name, figure)
          shown.push(`${metric.name.split(',')[0]} ${figure.toFixed(2)} ms`)
        }
        if (cluster.pids.length > 0) {
          this.latency.note(row, latencyCpu, cluster.name, (brokerCpuSeconds / records) * 1e6)
        }
        console.log(`  ${cluster.name}: ${shown.join(', ')}`)
      }),
    )
  }

  private async measureOtherClients(): Promise<void> {
    const replicas = Math.max(...this.replicas)
    const java = javaToolsAbsence()
    if (java !== undefined) console.log(`Kafka's own tools are left out: ${java}`)
    const kcat = kcatAbsence()
    if (kcat !== undefined) console.log(`kcat is left out: ${kcat}`)
    const measurements = [
      ...(java === undefined ? [perfTools] : []),
      ...(kcat === undefined ? [kcatRates] : []),
    ]
    for (const measurement of measurements) {
      if (!this.isWanted(`client ${measurement.name}`)) continue
      await this.inTurns(
        measurement.name,
        (cluster) =>
          this.withTopic(cluster, replicas, async (topic) => {
            for (const [row, figure] of await measurement.measure(cluster.bootstrap, topic)) {
              this.others.note(row, rate, cluster.name, figure)
              console.log(`  ${cluster.name}: ${row} ${Math.round(figure)}/s`)
            }
          }),
        Math.min(2, this.options.rounds),
      )
    }
  }

  private async measureCreation(): Promise<void> {
    const row = `a topic of ${MANY_PARTITIONS.toLocaleString('en')} partitions until usable`
    if (!this.isWanted(row)) return
    await this.inTurns(
      row,
      async (cluster) => {
        const target = this.targetOf(cluster)
        const topic = {
          name: `bench-many-${process.pid}`,
          partitions: MANY_PARTITIONS,
          replicas: 1,
        }
        const { seconds: taken } = await this.load.run({ kind: 'create', ...target, topic })
        this.times.note(row, seconds, cluster.name, taken)
        console.log(`  ${cluster.name}: ${taken.toFixed(2)} s`)
        await this.load.run({ kind: 'delete', ...target, topic: topic.name })
      },
      1,
    )
  }

  /** Seconds until all is led again, one figure for each round. */
  noteFailover(subject: string, figures: readonly number[]): void {
    const row = 'failover: a broker killed, until all is led again'
    for (const figure of figures) this.times.note(row, seconds, subject, figure)
    console.log(`  ${subject}: failover ${(middle(figures) ?? Number.NaN).toFixed(3)} s`)
  }
}

function sizeOf(recordBytes: number): string {
  return recordBytes === 1024 ? '1 KiB' : `${recordBytes} B`
}

function replicaCount(replicas: number): string {
  return replicas === 1 ? 'one replica' : `${replicas} replicas`
}

function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

// For tests: searches over logs in memory, from the query to its pages. The plan, the merge over
// threads, the cursors and the scans are the product's own; brokers and threads are not.

import { parseCondition } from '../../../lib/query/parser.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { TopicMetadata } from '../../client/metadata.ts'
import type { Cluster } from '../cluster.ts'
import { Outlet } from '../readers/outlet.ts'
import type { ReaderJob } from '../readers/protocol.ts'
import type { Reader, Receiver } from '../readers/reader.ts'
import { scan } from './scan.ts'
import type { ScanPortion } from './scan-job.ts'
import { Script } from './script.ts'
import type { SearchThreads } from './search-threads.ts'
import { type PlannedQuery, Searches } from './searches.ts'
import type { RandomLog } from './test-logs.ts'
import { nameOf, type Page } from './test-queries.ts'
import { MemorySource, type PlainRecord } from './testing.ts'

export class MemorySearches {
  private readonly searches: Searches
  private readonly cluster: Cluster

  constructor(logs: readonly RandomLog[], threads: number) {
    const source = new MemorySource(
      new Map(logs.map(({ topic, partition, memory }) => [`${topic}-${partition}`, memory])),
    )
    this.searches = new Searches({
      threadsMax: threads,
      check: async () => undefined,
      admit: async () => () => undefined,
      take: () => new MemoryReader(source),
      giveBack: async () => undefined,
      end: async () => undefined,
    } as unknown as SearchThreads)
    this.cluster = {
      id: 'memory',
      client: memoryClient(logs),
      config: { name: 'memory', bootstrap: [] },
      reading: async () => ({ bootstrap: [], decoding: { registry: null, choices: {} } }),
    } as unknown as Cluster
  }

  async page(query: PlannedQuery, limit: number): Promise<Page> {
    const { signal } = new AbortController()
    const events = await this.searches.begin(this.cluster, query, limit, { kind: 'row' }, signal)
    const found: string[] = []
    for await (const event of events) {
      if (event.kind === 'match') found.push(String(event.document))
      else if (event.line.type === 'end') return { found, end: event.line }
    }
    throw new Error('a search without an end')
  }
}

/** A search thread that is none: it takes its turn between others in this one. */
class MemoryReader {
  private readonly source: MemorySource
  private readonly outlets = new Map<number, Outlet>()
  private next = 1

  constructor(source: MemorySource) {
    this.source = source
  }

  get load(): number {
    return this.outlets.size
  }

  start(...[job, receiver]: Parameters<Reader['start']>): number {
    const id = this.next++
    const outlet = new Outlet(id, (message) => {
      if (message.type === 'portion') receiver.portion(message.portion)
    })
    this.outlets.set(id, outlet)
    void this.run(job, outlet, receiver).finally(() => this.outlets.delete(id))
    return id
  }

  taken(id: number): void {
    this.outlets.get(id)?.taken()
  }

  cancel(id: number): void {
    this.outlets.get(id)?.cancel()
  }

  pause(id: number, paused: boolean): void {
    this.outlets.get(id)?.pause(paused)
  }

  private async run(job: ReaderJob, outlet: Outlet, receiver: Receiver): Promise<void> {
    try {
      if (job.kind !== 'scan') throw new TypeError(`no ${job.kind} here`)
      const condition = parseCondition(job.scan.match)
      const script =
        condition?.kind === 'script' ? await Script.create(condition.source) : undefined
      const { source } = this
      const write = (topic: string, record: Omit<PlainRecord, 'topic'>) =>
        nameOf({ ...record, topic })
      const sink = {
        signal: outlet.signal,
        resumed: () => outlet.resumed(),
        send: (portion: ScanPortion) => outlet.send({ scan: portion }),
      }
      await scan(job.scan, { source, write, script }, sink)
      script?.dispose()
      receiver.end()
    } catch (error) {
      receiver.fail(error as Error)
    }
  }
}

/** Knows the logs' topics, and answers where they begin and end and what a time stands for. */
function memoryClient(logs: readonly RandomLog[]): ClusterClient {
  const names = [...new Set(logs.map(({ topic }) => topic))]
  const topics = names.map((name): TopicMetadata => {
    const partitions = logs
      .filter(({ topic }) => topic === name)
      .map(({ partition }) => ({
        partition,
        leader: 1,
        leaderEpoch: 0,
        replicas: [1],
        inSyncReplicas: [1],
        offlineReplicas: [],
      }))
    return { name, id: null, internal: false, errorCode: 0, partitions }
  })
  interface Question {
    topics: {
      name: string
      partitions: { partitionIndex: number; timestamp: bigint }[]
    }[]
  }
  return {
    topic: async (name: string) => topics.find((one) => one.name === name),
    knownTopic: (name: string) => topics.find((one) => one.name === name),
    metadata: async () => ({ topics }),
    nameOf: () => 'memory',
    askBroker: async (_broker: number, _api: string, { topics: asked }: Question) => ({
      topics: asked.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          const log = logs.find((one) => one.topic === name && one.partition === partitionIndex)
          const offset = log === undefined ? -1n : offsetAt(log, timestamp)
          return { partitionIndex, errorCode: 0, offset, timestamp: -1n }
        }),
      })),
    }),
  } as unknown as ClusterClient
}

/** As ListOffsets answers readers of committed records. */
export function offsetAt({ memory, times }: RandomLog, timestamp: bigint): bigint {
  if (timestamp === -2n) return memory.start
  if (timestamp === -1n) return memory.end
  return times.find(({ time }) => time >= timestamp)?.offset ?? -1n
}

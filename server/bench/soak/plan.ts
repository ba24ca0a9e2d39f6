// What a soak is made of: two topics with six partitions each, one that retention keeps short and
// one that compaction keeps short, small segments, every record on three brokers.

import { ClusterClient } from '../../client/cluster-client.ts'
import { createLogger } from '../../runtime/logger.ts'
import { createNodeRuntime } from '../../runtime/node.ts'

export const retained = 'soak-retained'
export const compacted = 'soak-compacted'
export const topics = [retained, compacted] as const
export const partitionsEach = 6
/** Of the compacted topic; each is written again every few seconds to minutes. */
export const keys = 120_000
export const valueBytes = 100
const mebibyte = 1024 * 1024

const configs: Record<string, Record<string, string>> = {
  [retained]: {
    'segment.bytes': String(4 * mebibyte),
    'retention.bytes': String(32 * mebibyte),
    'retention.ms': '600000',
    'file.delete.delay.ms': '10000',
  },
  [compacted]: {
    'cleanup.policy': 'compact',
    'segment.bytes': String(4 * mebibyte),
    'min.cleanable.dirty.ratio': '0.5',
    'delete.retention.ms': '60000',
    'file.delete.delay.ms': '10000',
  },
}

export function openClient(bootstrap: readonly string[]): ClusterClient {
  const runtime = createNodeRuntime(createLogger('error', (line) => console.error(line)))
  return new ClusterClient({ runtime, bootstrap, clientId: 'soak', requestTimeoutMs: 60_000 })
}

export async function createTopics(client: ClusterClient): Promise<void> {
  const { answer } = await client.askController(
    'createTopics',
    {
      topics: topics.map((name) => ({
        name,
        numPartitions: partitionsEach,
        replicationFactor: 3,
        configs: Object.entries({ ...configs[name], 'min.insync.replicas': '2' }).map(
          ([key, value]) => ({ name: key, value }),
        ),
      })),
      timeoutMs: 30_000,
    },
    (given) => given.topics[0]?.errorCode ?? -1,
  )
  for (const { name, errorCode, errorMessage } of answer.topics) {
    if (errorCode !== 0) throw new Error(`${name}: ${errorMessage}`)
  }
  for (let attempt = 0; !(await areLed(client)); attempt++) {
    if (attempt === 100) throw new Error('the topics have no leaders after 10 s')
    await client.pause(100)
  }
}

async function areLed(client: ClusterClient): Promise<boolean> {
  const { topics: found } = await client.metadata([...topics])
  const placed = found.flatMap(({ partitions }) => partitions)
  return placed.length === 2 * partitionsEach && placed.every(({ leader }) => leader >= 0)
}

/** What a child process of the soak says each time it is asked, and at its end. */
export interface ProducerReport {
  kind: 'producer'
  acknowledged: number
  /** Milliseconds from the sending of a request to its answer, since the last report. */
  p50: number
  p99: number
  retries: number
}

export interface ReaderReport {
  kind: 'reader'
  read: number
  /** Milliseconds from the making of a batch to its arrival, since the last report. */
  p50: number
  p99: number
  /** Records that were passed over. */
  missing: number
}

export interface EndReport {
  kind: 'end'
  acknowledged: number
  /** Records that the compacted topic still held. */
  kept: number
  /** Keys whose newest record is not the last one acknowledged. */
  wrongKeys: number
}

export type Report = ProducerReport | ReaderReport | EndReport | { kind: 'ready' }
export type Command = 'report' | 'end'

/** The value below which a share of the others lies; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

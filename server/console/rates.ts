// Records per second of every topic, from the movement of its end offsets between two polls.

import { LATEST, listOffsets } from '../client/offsets.ts'
import type { Cluster } from './cluster.ts'
import type { Seen } from './poller.ts'

export interface LoadedRates {
  /** Sum of end offsets by topic; topics with a partition that did not answer are left out. */
  ends: Map<string, bigint>
  /** Records per second by topic; undefined until two polls are in. */
  perSecond: Map<string, number> | undefined
}

/** An answer older than this says nothing about the rate now. */
const PREVIOUS_MS_MAX = 30_000

export async function loadRates(
  cluster: Cluster,
  previous: Seen<LoadedRates> | undefined,
): Promise<LoadedRates> {
  const { value: metadata } = await cluster.metadata.get(5_000)
  const partitions = metadata.topics
    .filter(({ internal }) => !internal)
    .flatMap(({ name, partitions }) =>
      partitions
        .filter(({ leader }) => leader >= 0)
        .map(({ partition }) => ({ topic: name, partition, timestamp: LATEST })),
    )
  const results = await listOffsets(cluster.client, partitions, { metadataAgeMsMax: 5_000 })
  const ends = new Map<string, bigint>()
  const incomplete = new Set<string>()
  partitions.forEach(({ topic }, at) => {
    const result = results[at]
    if (result === undefined || 'error' in result) incomplete.add(topic)
    else ends.set(topic, (ends.get(topic) ?? 0n) + result.value.offset)
  })
  for (const topic of incomplete) ends.delete(topic)
  return { ends, perSecond: compare(ends, previous) }
}

function compare(
  ends: Map<string, bigint>,
  previous: Seen<LoadedRates> | undefined,
): Map<string, number> | undefined {
  if (previous === undefined) return undefined
  const elapsedMs = performance.now() - previous.at
  if (elapsedMs > PREVIOUS_MS_MAX || elapsedMs <= 0) return undefined
  const perSecond = new Map<string, number>()
  for (const [topic, end] of ends) {
    const before = previous.value.ends.get(topic)
    // A topic that was deleted and made again begins at 0.
    if (before === undefined || end < before) continue
    perSecond.set(topic, (Number(end - before) * 1000) / elapsedMs)
  }
  return perSecond
}

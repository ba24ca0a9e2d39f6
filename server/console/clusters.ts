// The cluster resources: the list, the overview, the brokers.

import type {
  Broker,
  BrokerList,
  ClusterList,
  ClusterOverview,
  ClusterSummary,
} from '../../lib/contracts/index.ts'
import type { ClusterMetadata } from '../client/metadata.ts'
import { type Cluster, FRESH_MS } from './cluster.ts'
import { sum } from './groups/groups.ts'
import { refusalOf } from './problem.ts'
import { staleness } from './stale.ts'

/** The list never waits longer than this for a cluster that does not answer. */
const LIST_WAIT_MS = 400
const LIST_AGE_MS = 10_000
const SHOWN = 10
const GROUPS_AGE_MS = 5_000
const LOG_DIRECTORIES_AGE_MS = 5_000

export async function listClusters(
  clusters: Iterable<Cluster>,
  version: string,
): Promise<ClusterList> {
  const list = await Promise.all(
    [...clusters].map(async (cluster) => {
      await Promise.race([cluster.metadata.get(LIST_AGE_MS).catch(() => undefined), listWait()])
      return summarize(cluster)
    }),
  )
  return { clusters: list, version }
}

function listWait(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LIST_WAIT_MS).unref()
  })
}

export function summarize(cluster: Cluster): ClusterSummary {
  const { id, config, metadata } = cluster
  const base = {
    id,
    name: config.name,
    embedded: config.embedded === true,
    bootstrap: [...config.bootstrap],
    hasRegistry: config.registry !== undefined,
  }
  if (metadata.error !== undefined) {
    return { ...base, status: 'unreachable', problem: refusalOf(metadata.error).problem }
  }
  if (metadata.last === undefined) return { ...base, status: 'unknown' }
  const message = degradation(metadata.last.value, cluster.logDirectories.last?.value)
  if (message === undefined) return { ...base, status: 'ready' }
  return { ...base, status: 'degraded', problem: { code: 'degraded', message } }
}

function degradation(
  metadata: ClusterMetadata,
  directories: Directories | undefined,
): string | undefined {
  const { offline, underReplicated } = countPartitions(metadata)
  const missing = missingBrokers(metadata)
  const parts = [
    ...(missing.length > 0
      ? [`${missing.length === 1 ? 'broker' : 'brokers'} ${missing.join(', ')} missing`]
      : []),
    ...offlineDirectories(directories).map(
      ({ broker, path }) => `log directory ${path} of broker ${broker} offline`,
    ),
    ...(offline > 0 ? [`${offline} partitions without a leader`] : []),
    ...(underReplicated > 0 ? [`${underReplicated} partitions under-replicated`] : []),
  ]
  return parts.length === 0 ? undefined : `${parts.join('; ')}.`
}

type Directories = NonNullable<Cluster['logDirectories']['last']>['value']

function offlineDirectories(directories?: Directories): { broker: number; path: string }[] {
  return [...(directories ?? [])].flatMap(([broker, list]) =>
    list.filter(({ errorCode }) => errorCode !== 0).map(({ path }) => ({ broker, path })),
  )
}

function countPartitions({ topics }: ClusterMetadata): {
  all: number
  offline: number
  underReplicated: number
} {
  const partitions = topics.flatMap((topic) => topic.partitions)
  return {
    all: partitions.length,
    offline: partitions.filter(({ leader }) => leader < 0).length,
    underReplicated: partitions.filter(
      ({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length,
    ).length,
  }
}

/** Brokers that some partition names as a replica but that are not in the metadata. */
function missingBrokers({ topics, brokers }: ClusterMetadata): number[] {
  const named = new Set(
    topics.flatMap((topic) => topic.partitions.flatMap(({ replicas }) => replicas)),
  )
  for (const { id } of brokers) named.delete(id)
  return [...named].sort((a, b) => a - b)
}

export async function getOverview(cluster: Cluster): Promise<ClusterOverview> {
  await Promise.all([
    cluster.metadata.get(FRESH_MS).catch(() => undefined),
    cluster.rates.get(FRESH_MS).catch(() => undefined),
    cluster.groups.get(GROUPS_AGE_MS).catch(() => undefined),
    cluster.logDirectories.get(LOG_DIRECTORIES_AGE_MS).catch(() => undefined),
  ])
  return overviewOf(cluster)
}

/** The overview of what is known; an unreachable cluster has one too, with its problem. */
export function overviewOf(cluster: Cluster): ClusterOverview {
  const seen = cluster.metadata.last
  const metadata = seen?.value ?? {
    clusterId: null,
    controllerId: null,
    brokers: [],
    topics: [],
    from: '',
  }
  const own = metadata.topics.filter(({ internal }) => !internal)
  const partitions = countPartitions(metadata)
  const groups = cluster.groups.last?.value
  const perSecond =
    cluster.metadata.error === undefined ? cluster.rates.last?.value.perSecond : undefined
  const busiest = [...(perSecond ?? [])]
    .filter(([, rate]) => rate > 0)
    .sort(([, a], [, b]) => b - a)
  const behind = [...(groups?.values() ?? [])]
    .map(({ listing, lagByTopic }) => ({
      name: listing.name,
      lag: sum(lagByTopic?.values() ?? []),
    }))
    .filter(({ lag }) => lag > 0n)
    .sort((a, b) => (a.lag === b.lag ? (a.name < b.name ? -1 : 1) : a.lag < b.lag ? 1 : -1))
  return {
    cluster: summarize(cluster),
    kafkaClusterId: metadata.clusterId,
    controllerId: metadata.controllerId,
    brokersUp: cluster.metadata.error === undefined ? metadata.brokers.length : 0,
    brokersMissing: missingBrokers(metadata),
    topics: own.length,
    internalTopics: metadata.topics.length - own.length,
    partitions: partitions.all,
    partitionsUnderReplicated: partitions.underReplicated,
    partitionsOffline: partitions.offline,
    groups: groups?.size ?? null,
    recordsPerSecond:
      perSecond === undefined ? null : round([...perSecond.values()].reduce((a, b) => a + b, 0)),
    busiestTopics: busiest
      .slice(0, SHOWN)
      .map(([name, rate]) => ({ name, recordsPerSecond: round(rate) })),
    groupsBehind: behind.slice(0, SHOWN).map(({ name, lag }) => ({ name, lag: lag.toString() })),
    ...(seen === undefined ? {} : staleness({ ...seen, error: cluster.metadata.error })),
  }
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10
}

export async function listBrokers(cluster: Cluster): Promise<BrokerList> {
  const [seen, directories] = await Promise.all([
    cluster.metadata.getOrStale(FRESH_MS),
    cluster.logDirectories.getOrStale(FRESH_MS).catch(() => undefined),
  ])
  return { brokers: brokersOf(seen.value, directories?.value), ...staleness(seen) }
}

export function brokersOf(metadata: ClusterMetadata, directories?: Directories): Broker[] {
  const counts = new Map(
    metadata.brokers.map(({ id }) => [id, { leaders: 0, replicas: 0, inSyncReplicas: 0 }]),
  )
  for (const { partitions } of metadata.topics) {
    for (const { leader, replicas, inSyncReplicas } of partitions) {
      const led = counts.get(leader)
      if (led !== undefined) led.leaders++
      for (const id of replicas) {
        const count = counts.get(id)
        if (count !== undefined) count.replicas++
      }
      for (const id of inSyncReplicas) {
        const count = counts.get(id)
        if (count !== undefined) count.inSyncReplicas++
      }
    }
  }
  return [...metadata.brokers]
    .sort((a, b) => a.id - b.id)
    .map(({ id, host, port, rack }) => ({
      id,
      host,
      port,
      rack,
      isController: id === metadata.controllerId,
      ...(counts.get(id) ?? { leaders: 0, replicas: 0, inSyncReplicas: 0 }),
      logDirectories:
        directories?.get(id)?.map(({ path, errorCode }) => ({ path, offline: errorCode !== 0 })) ??
        null,
    }))
}

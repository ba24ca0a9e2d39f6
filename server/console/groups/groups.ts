// The group resources: the list, and one group in full.

import type {
  GroupDetail,
  GroupList,
  GroupPartition,
  GroupRow,
} from '../../../lib/contracts/index.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import { findCoordinators } from '../../client/coordinators.ts'
import { KafkaError } from '../../client/errors.ts'
import { type CommittedOffset, fetchGroupOffsets } from '../../client/group-offsets.ts'
import { describeGroups, type GroupDescription, listGroups } from '../../client/groups.ts'
import { listBounds } from '../../client/offsets.ts'
import { type Cluster, FRESH_MS } from '../cluster.ts'
import { ApiError } from '../problem.ts'
import { staleness } from '../stale.ts'
import type { GroupState, GroupsState } from './load-groups.ts'

export async function listGroupRows(cluster: Cluster): Promise<GroupList> {
  const seen = await cluster.groups.getOrStale(FRESH_MS)
  return { groups: groupRows(seen.value), ...staleness(seen) }
}

export function groupRows(states: GroupsState): GroupRow[] {
  return [...states.values()].map(groupRow).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function groupRow({ listing, description, commits, lagByTopic }: GroupState): GroupRow {
  const topics = new Set(commits?.map(({ topic }) => topic))
  for (const member of description?.members ?? []) {
    for (const { topic } of member.assignment) topics.add(topic)
  }
  return {
    name: listing.name,
    state: description?.state ?? (listing.state === '' ? 'Unknown' : listing.state),
    type: listing.type,
    protocolType: description?.protocolType ?? listing.protocolType,
    coordinator: listing.coordinator,
    members: description?.members.length ?? null,
    topics: [...topics].sort(),
    lag: lagByTopic === undefined ? null : sum(lagByTopic.values()).toString(),
  }
}

export function sum(values: Iterable<bigint>): bigint {
  let total = 0n
  for (const value of values) total += value
  return total
}

/** One group as its coordinator has it now. Throws ApiError 404 for a name that it does not know. */
export async function getGroup(cluster: Cluster, name: string): Promise<GroupDetail> {
  const { client } = cluster
  const found = (await findCoordinators(client, [name])).get(name)
  if (found === undefined || 'error' in found) throw found?.error ?? unknownGroup(name)
  const coordinator = found.node
  const [descriptions, offsets] = await Promise.all([
    describeGroups(client, coordinator, [
      { name, type: 'consumer' },
      { name, type: 'classic' },
    ]),
    fetchGroupOffsets(client, coordinator, [name]),
  ])
  const offered = offsets.get(name)
  const commits = offered === undefined || offered instanceof KafkaError ? [] : offered
  const description = pick(descriptions)
  if (description === undefined && commits.length === 0) return listedOnly(cluster, name)
  if (offered instanceof KafkaError) throw offered
  const partitions = await partitionsOf(client, description, commits)
  const lags = partitions.flatMap(({ lag }) => (lag === null ? [] : [BigInt(lag)]))
  return {
    name,
    state: description?.state ?? 'Unknown',
    type: description?.type ?? 'classic',
    protocolType: description?.protocolType ?? '',
    protocol: description?.protocol ?? '',
    coordinator,
    members: description?.members ?? [],
    partitions,
    lag: lags.length === 0 && partitions.length > 0 ? null : sum(lags).toString(),
  }
}

/** Coordinators before KIP-1043 describe groups that they do not know as classic ones, dead. */
function pick(descriptions: readonly GroupDescription[]): GroupDescription | undefined {
  const known = descriptions.filter(({ state }) => state !== 'Dead')
  return known.find(({ type }) => type === 'consumer') ?? known[0]
}

/** A group of a kind that cannot be described here: what the list says of it. */
async function listedOnly(cluster: Cluster, name: string): Promise<GroupDetail> {
  const { groups } = await listGroups(cluster.client)
  const listing = groups.find((group) => group.name === name)
  if (listing === undefined) throw unknownGroup(name)
  const { type, protocolType, coordinator } = listing
  const state = listing.state === '' ? 'Unknown' : listing.state
  return {
    name,
    state,
    type,
    protocolType,
    coordinator,
    protocol: '',
    members: [],
    partitions: [],
    lag: null,
  }
}

function unknownGroup(name: string): ApiError {
  return new ApiError(404, {
    code: 'unknown_group',
    message: `There is no consumer group "${name}" in this cluster. Check the name; a group without members and commits is forgotten after a while.`,
  })
}

/** Committed partitions and assigned ones, whether or not both hold. */
async function partitionsOf(
  client: ClusterClient,
  description: GroupDescription | undefined,
  commits: readonly CommittedOffset[],
): Promise<GroupPartition[]> {
  const rows = new Map<string, GroupPartition>()
  const rowOf = (topic: string, partition: number): GroupPartition => {
    const key = `${topic}/${partition}`
    const row = rows.get(key) ?? {
      topic,
      partition,
      committedOffset: null,
      startOffset: null,
      endOffset: null,
      lag: null,
      metadata: null,
      memberId: null,
    }
    rows.set(key, row)
    return row
  }
  for (const { topic, partition, offset, metadata } of commits) {
    Object.assign(rowOf(topic, partition), { committedOffset: offset.toString(), metadata })
  }
  for (const { memberId, assignment } of description?.members ?? []) {
    for (const { topic, partitions } of assignment) {
      for (const partition of partitions) rowOf(topic, partition).memberId = memberId
    }
  }
  const list = [...rows.values()].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
  const { bounds } = await listBounds(client, list, { metadataAgeMsMax: 2_000 })
  list.forEach((row, at) => {
    const { start, end } = bounds[at] ?? { start: null, end: null }
    row.startOffset = start?.toString() ?? null
    row.endOffset = end?.toString() ?? null
    if (end === null || row.committedOffset === null) return
    const committed = BigInt(row.committedOffset)
    row.lag = (end > committed ? end - committed : 0n).toString()
  })
  return list
}

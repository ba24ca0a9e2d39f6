// All groups of a cluster with their commits and lag, in as few requests as the cluster allows:
// one list per broker, one description and one offset request per coordinator, and one question
// for end offsets per leader.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { KafkaError } from '../../client/errors.ts'
import { groupBy } from '../../client/group-by.ts'
import { type CommittedOffset, fetchGroupOffsets } from '../../client/group-offsets.ts'
import {
  describeGroups,
  type GroupDescription,
  type GroupListing,
  listGroups,
} from '../../client/groups.ts'
import { LATEST, listOffsets } from '../../client/offsets.ts'

export interface GroupState {
  listing: GroupListing
  /** Absent for kinds that cannot be described here, and when the coordinator did not answer. */
  description: GroupDescription | undefined
  /** Absent when they could not be asked. */
  commits: CommittedOffset[] | undefined
  /** Lag by topic, of partitions with a commit; absent when it could not be asked. */
  lagByTopic: Map<string, bigint> | undefined
}

export type GroupsState = Map<string, GroupState>

/** Groups in one description or offset request; larger answers would hold up the connection. */
const BATCH = 500
const KINDS_WITH_OFFSETS = new Set(['classic', 'consumer'])

export async function loadGroups(client: ClusterClient): Promise<GroupsState> {
  const { groups: listings } = await listGroups(client)
  const states: GroupsState = new Map()
  await Promise.all(
    [...groupBy(listings, ({ coordinator }) => coordinator)].map(async ([broker, group]) => {
      for (let at = 0; at < group.length; at += BATCH) {
        const batch = group.slice(at, at + BATCH)
        for (const state of await loadBatch(client, broker, batch)) {
          states.set(state.listing.name, state)
        }
      }
    }),
  )
  await addLag(client, states)
  return states
}

async function loadBatch(
  client: ClusterClient,
  broker: number,
  listings: readonly GroupListing[],
): Promise<GroupState[]> {
  const withOffsets = listings.filter(({ type }) => KINDS_WITH_OFFSETS.has(type))
  const [descriptions, offsets] = await Promise.all([
    describeGroups(client, broker, withOffsets).catch(() => []),
    fetchGroupOffsets(
      client,
      broker,
      withOffsets.map(({ name }) => name),
    ).catch(() => undefined),
  ])
  const described = new Map(descriptions.map((one) => [one.name, one]))
  return listings.map((listing) => {
    const commits = offsets?.get(listing.name)
    return {
      listing,
      description: described.get(listing.name),
      commits: commits instanceof KafkaError ? undefined : commits,
      lagByTopic: undefined,
    }
  })
}

async function addLag(client: ClusterClient, states: GroupsState): Promise<void> {
  const committed = new Map(
    [...states.values()]
      .flatMap(({ commits }) => commits ?? [])
      .map(({ topic, partition }) => [
        `${topic}/${partition}`,
        { topic, partition, timestamp: LATEST },
      ]),
  )
  const questions = [...committed.values()]
  const results = await listOffsets(client, questions, { metadataAgeMsMax: 5_000 })
  const ends = new Map<string, bigint>()
  questions.forEach(({ topic, partition }, at) => {
    const result = results[at]
    if (result !== undefined && 'value' in result) {
      ends.set(`${topic}/${partition}`, result.value.offset)
    }
  })
  for (const state of states.values()) state.lagByTopic = lagOf(state, ends)
}

function lagOf(state: GroupState, ends: Map<string, bigint>): Map<string, bigint> | undefined {
  if (state.commits === undefined) return undefined
  const lag = new Map<string, bigint>()
  for (const { topic, partition, offset } of state.commits) {
    const end = ends.get(`${topic}/${partition}`)
    // Commits of deleted topics and of partitions without a leader have no end to compare with.
    if (end === undefined) continue
    lag.set(topic, (lag.get(topic) ?? 0n) + (end > offset ? end - offset : 0n))
  }
  return lag
}

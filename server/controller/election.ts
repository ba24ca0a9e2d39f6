// Who leads a partition, and what changes when a broker leaves or comes: the one place where
// leaders are chosen and in-sync sets lose a member that is gone.
//
// A leader is in sync and active (clean election), and every election raises the leader epoch,
// even one that the old leader wins. The in-sync set never becomes empty: its last member holds
// everything that was acknowledged, so the partition waits for it, unless its topic would rather
// lose records (unclean-election.ts).

import type { MetadataImage } from '../metadata/image.ts'
import type { LeaderRecoveryState } from '../metadata/image-state.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { electUncleanly, type MayElectUncleanly } from './unclean-election.ts'

export const NO_LEADER = -1

/** The first replica, in replica order, that is in sync and may lead; NO_LEADER for none. */
export function electLeader(
  replicas: readonly number[],
  inSyncReplicas: readonly number[],
  mayLead: (brokerId: number) => boolean,
): number {
  for (const replica of replicas) {
    if (inSyncReplicas.includes(replica) && mayLead(replica)) return replica
  }
  return NO_LEADER
}

/** What a partition becomes; fields that are left out stay. A leader that is named is elected anew. */
export interface PartitionUpdate {
  readonly inSyncReplicas?: readonly number[]
  readonly leader?: number
  readonly leaderRecoveryState?: LeaderRecoveryState
  readonly replicas?: readonly number[]
  readonly addingReplicas?: readonly number[]
  readonly removingReplicas?: readonly number[]
  /** Of each replica; goes with `replicas`. */
  readonly directories?: readonly string[]
}

/** The record of the change, or undefined when nothing changes. */
export function changeOf(
  partition: PartitionState,
  update: PartitionUpdate,
): MetadataRecord | undefined {
  const isr = unlessSame(update.inSyncReplicas, partition.inSyncReplicas)
  const replicas = unlessSame(update.replicas, partition.replicas)
  const addingReplicas = unlessSame(update.addingReplicas, partition.addingReplicas)
  const removingReplicas = unlessSame(update.removingReplicas, partition.removingReplicas)
  const { leader } = update
  const leaderRecoveryState =
    update.leaderRecoveryState === partition.leaderRecoveryState
      ? undefined
      : update.leaderRecoveryState
  const changes = {
    ...(isr === undefined ? {} : { isr }),
    ...(replicas === undefined ? {} : { replicas, directories: update.directories ?? null }),
    ...(addingReplicas === undefined ? {} : { addingReplicas }),
    ...(removingReplicas === undefined ? {} : { removingReplicas }),
    ...(leader === undefined ? {} : { leader }),
    ...(leaderRecoveryState === undefined ? {} : { leaderRecoveryState }),
  }
  if (Object.keys(changes).length === 0) return undefined
  const { topicId, partition: partitionId } = partition
  return { type: 'PartitionChange', data: { topicId, partitionId, ...changes } }
}

function unlessSame<T>(
  next: readonly T[] | undefined,
  now: readonly T[],
): readonly T[] | undefined {
  return next === undefined || sameList(next, now) ? undefined : next
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

/**
 * The changes that take brokers out: each leaves every in-sync set that has another member that
 * stays, and leads nothing any more.
 */
export function changesWithout(
  image: MetadataImage,
  leaving: ReadonlySet<number>,
  mayElectUncleanly: MayElectUncleanly = () => false,
): MetadataRecord[] {
  const mayLead = (id: number) => !leaving.has(id) && isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      const record = changeWithout(partition, leaving, mayLead, mayElectUncleanly)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

function changeWithout(
  partition: PartitionState,
  leaving: ReadonlySet<number>,
  mayLead: (brokerId: number) => boolean,
  mayElectUncleanly: MayElectUncleanly,
): MetadataRecord | undefined {
  const loses = partition.inSyncReplicas.some((id) => leaving.has(id))
  if (!loses && !leaving.has(partition.leader)) return undefined
  const staying = partition.inSyncReplicas.filter((id) => !leaving.has(id))
  const inSyncReplicas = staying.length === 0 ? partition.inSyncReplicas : staying
  if (!leaving.has(partition.leader)) return changeOf(partition, { inSyncReplicas })
  const leader = electLeader(partition.replicas, staying, mayLead)
  if (leader === NO_LEADER && mayElectUncleanly(partition.topic)) {
    const update = electUncleanly(partition, mayLead)
    if (update !== undefined) return changeOf(partition, update)
  }
  return changeOf(partition, { inSyncReplicas, leader })
}

/**
 * The changes that a broker's coming back brings: it leads what has no leader and has it in
 * sync, and it is elected anew where it still is leader from an earlier life.
 */
export function changesWith(
  image: MetadataImage,
  arriving: number,
  mayElectUncleanly: MayElectUncleanly = () => false,
): MetadataRecord[] {
  const mayLead = (id: number) => id === arriving || isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (partition.leader !== NO_LEADER && partition.leader !== arriving) continue
      const leader =
        partition.leader === arriving
          ? arriving
          : electLeader(partition.replicas, partition.inSyncReplicas, mayLead)
      const update =
        leader !== NO_LEADER
          ? { leader }
          : mayElectUncleanly(partition.topic)
            ? electUncleanly(partition, mayLead)
            : undefined
      if (update === undefined) continue
      const record = changeOf(partition, update)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

/** Whether the broker leads any partition. */
export function leadsAny(image: MetadataImage, brokerId: number): boolean {
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (partition.leader === brokerId) return true
    }
  }
  return false
}

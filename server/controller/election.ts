// Who leads a partition, and what changes when a broker leaves or comes: the one place where
// leaders are chosen and in-sync sets lose a member that is gone.
//
// A leader is active, and in sync or eligible (eligible-leaders.ts): then the election is clean.
// Every election raises the leader epoch, even one that the old leader wins. The in-sync set never
// becomes empty: its last member holds everything that was acknowledged, so the partition waits
// for it or for one that is eligible, unless its topic would rather lose records
// (unclean-election.ts).

import type { MetadataImage } from '../metadata/image.ts'
import type { LeaderRecoveryState } from '../metadata/image-state.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { ElectionRules } from './election-rules.ts'
import { eligibleAfter, successorOf } from './eligible-leaders.ts'
import { electUncleanly } from './unclean-election.ts'

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

/** A clean election: the first replica, in replica order, in sync or else eligible, that may lead. */
export function electCleanly(
  partition: Pick<PartitionState, 'replicas' | 'inSyncReplicas' | 'eligibleLeaderReplicas'>,
  mayLead: (brokerId: number) => boolean,
): PartitionUpdate | undefined {
  const { replicas, inSyncReplicas, eligibleLeaderReplicas } = partition
  const inSync = electLeader(replicas, inSyncReplicas, mayLead)
  if (inSync !== NO_LEADER) return { leader: inSync }
  const eligible = electLeader(replicas, eligibleLeaderReplicas, mayLead)
  return eligible === NO_LEADER ? undefined : { leader: eligible, inSyncReplicas: [eligible] }
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
  /** A replica that may have lost records, and is not eligible to lead any more. */
  readonly lost?: number
}

/** The record of the change, or undefined when nothing changes. */
export function changeOf(
  partition: PartitionState,
  update: PartitionUpdate,
  rules: Pick<ElectionRules, 'minInSyncReplicas'>,
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
  const eligibleLeaderReplicas = unlessSame(
    eligibleWith(partition, update, rules),
    partition.eligibleLeaderReplicas,
  )
  const changes = {
    ...(isr === undefined ? {} : { isr }),
    ...(replicas === undefined ? {} : { replicas, directories: update.directories ?? null }),
    ...(addingReplicas === undefined ? {} : { addingReplicas }),
    ...(removingReplicas === undefined ? {} : { removingReplicas }),
    ...(leader === undefined ? {} : { leader }),
    ...(leaderRecoveryState === undefined ? {} : { leaderRecoveryState }),
    ...(eligibleLeaderReplicas === undefined ? {} : { eligibleLeaderReplicas }),
  }
  if (Object.keys(changes).length === 0) return undefined
  const { topicId, partition: partitionId } = partition
  return { type: 'PartitionChange', data: { topicId, partitionId, ...changes } }
}

function eligibleWith(
  partition: PartitionState,
  update: PartitionUpdate,
  rules: Pick<ElectionRules, 'minInSyncReplicas'>,
): readonly number[] {
  // After an unclean election nobody has all that was committed for certain.
  if (update.leaderRecoveryState === 1) return []
  const leader = update.leader ?? partition.leader
  return eligibleAfter(partition, {
    replicas: update.replicas ?? partition.replicas,
    inSyncReplicas: update.inSyncReplicas ?? partition.inSyncReplicas,
    minInSyncReplicas: rules.minInSyncReplicas(partition.topic, leader),
    lost: update.lost,
  })
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
  rules: ElectionRules,
): MetadataRecord[] {
  const mayLead = (id: number) => !leaving.has(id) && isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      const record = changeWithout(partition, leaving, mayLead, rules)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

function changeWithout(
  partition: PartitionState,
  leaving: ReadonlySet<number>,
  mayLead: (brokerId: number) => boolean,
  rules: ElectionRules,
): MetadataRecord | undefined {
  const loses = partition.inSyncReplicas.some((id) => leaving.has(id))
  if (!loses && !leaving.has(partition.leader)) return undefined
  const staying = partition.inSyncReplicas.filter((id) => !leaving.has(id))
  const inSyncReplicas = staying.length === 0 ? partition.inSyncReplicas : staying
  if (!leaving.has(partition.leader)) return changeOf(partition, { inSyncReplicas }, rules)
  const elected =
    electCleanly({ ...partition, inSyncReplicas: staying }, mayLead) ??
    (rules.mayElectUncleanly(partition.topic) ? electUncleanly(partition, mayLead) : undefined)
  return changeOf(partition, { inSyncReplicas, ...(elected ?? { leader: NO_LEADER }) }, rules)
}

/**
 * The change by which `lost`, whose log may lack what it had, is not counted on any more;
 * undefined for none, also where it is the last that there is. `survives` tells who lost nothing.
 */
export function changeLosing(
  partition: PartitionState,
  lost: number,
  survives: (brokerId: number) => boolean,
  rules: ElectionRules,
): MetadataRecord | undefined {
  const { replicas, leader } = partition
  if (!partition.inSyncReplicas.includes(lost)) return changeOf(partition, { lost }, rules)
  const others = partition.inSyncReplicas.filter((id) => id !== lost)
  const successor = others.some(survives) ? undefined : successorOf(partition, lost, survives)
  // Members that ended together are no better than each other, but worse than one that did not.
  if (others.length > 0 && successor !== undefined && !survives(successor)) return undefined
  const inSyncReplicas = successor === undefined ? others : [successor]
  if (successor === undefined && !others.some(survives)) return undefined
  const elected = electLeader(replicas, inSyncReplicas, survives)
  const isLed = leader !== lost && inSyncReplicas.includes(leader)
  return changeOf(partition, { inSyncReplicas, lost, ...(isLed ? {} : { leader: elected }) }, rules)
}

/** The changes by which a broker that will not come back is counted on nowhere any more. */
export function changesForgetting(
  image: MetadataImage,
  brokerId: number,
  rules: ElectionRules,
): MetadataRecord[] {
  const mayLead = (id: number) => id !== brokerId && isActive(image.broker(id))
  const leaving = new Set([brokerId])
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      const record =
        changeLosing(partition, brokerId, mayLead, rules) ??
        changeWithout(partition, leaving, mayLead, rules)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

/**
 * The changes that a broker's coming back brings: it leads what has no leader and has it in
 * sync or eligible, and it is elected anew where it still is leader from an earlier life.
 */
export function changesWith(
  image: MetadataImage,
  arriving: number,
  rules: ElectionRules,
): MetadataRecord[] {
  const mayLead = (id: number) => id === arriving || isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (partition.leader !== NO_LEADER && partition.leader !== arriving) continue
      const update =
        partition.leader === arriving
          ? { leader: arriving }
          : (electCleanly(partition, mayLead) ??
            (rules.mayElectUncleanly(partition.topic)
              ? electUncleanly(partition, mayLead)
              : undefined))
      if (update === undefined) continue
      const record = changeOf(partition, update, rules)
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

// Who leads a partition, and what changes when a broker leaves or comes: the one place where
// leaders are chosen and in-sync sets lose a member that is gone.
//
// A leader is always in sync and active (clean election), and every election raises the leader
// epoch, even one that the old leader wins. The in-sync set never becomes empty: its last member
// holds everything that was acknowledged, so the partition waits for it.

import type { MetadataImage } from '../metadata/image.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'

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
}

/** The record of the change, or undefined when nothing changes. */
export function changeOf(
  partition: PartitionState,
  update: PartitionUpdate,
): MetadataRecord | undefined {
  const inSyncReplicas =
    update.inSyncReplicas !== undefined &&
    !sameList(update.inSyncReplicas, partition.inSyncReplicas)
      ? update.inSyncReplicas
      : undefined
  if (inSyncReplicas === undefined && update.leader === undefined) return undefined
  return {
    type: 'PartitionChange',
    data: {
      topicId: partition.topicId,
      partitionId: partition.partition,
      ...(inSyncReplicas === undefined ? {} : { isr: inSyncReplicas }),
      ...(update.leader === undefined ? {} : { leader: update.leader }),
    },
  }
}

/**
 * The changes that take brokers out: each leaves every in-sync set that has another member that
 * stays, and leads nothing any more.
 */
export function changesWithout(
  image: MetadataImage,
  leaving: ReadonlySet<number>,
): MetadataRecord[] {
  const mayLead = (id: number) => !leaving.has(id) && isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      const record = changeWithout(partition, leaving, mayLead)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

function changeWithout(
  partition: PartitionState,
  leaving: ReadonlySet<number>,
  mayLead: (brokerId: number) => boolean,
): MetadataRecord | undefined {
  const loses = partition.inSyncReplicas.some((id) => leaving.has(id))
  if (!loses && !leaving.has(partition.leader)) return undefined
  const staying = partition.inSyncReplicas.filter((id) => !leaving.has(id))
  const inSyncReplicas = staying.length === 0 ? partition.inSyncReplicas : staying
  if (!leaving.has(partition.leader)) return changeOf(partition, { inSyncReplicas })
  const leader = electLeader(partition.replicas, staying, mayLead)
  return changeOf(partition, { inSyncReplicas, leader })
}

/**
 * The changes that a broker's coming back brings: it leads what has no leader and has it in
 * sync, and it is elected anew where it still is leader from an earlier life.
 */
export function changesWith(image: MetadataImage, arriving: number): MetadataRecord[] {
  const mayLead = (id: number) => id === arriving || isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (partition.leader !== NO_LEADER && partition.leader !== arriving) continue
      const leader =
        partition.leader === arriving
          ? arriving
          : electLeader(partition.replicas, partition.inSyncReplicas, mayLead)
      if (leader === NO_LEADER) continue
      const record = changeOf(partition, { leader })
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

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

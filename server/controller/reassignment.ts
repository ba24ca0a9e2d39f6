// Moving a partition to other brokers, and giving it more replicas or fewer.
//
// While it lasts, a partition's replicas are those it shall have, then those that will go. The
// new ones copy as any follower does; when all of them are in sync, the old ones go, and another
// leader is elected if the leader is among them. Nothing is removed before that, so a partition
// never has fewer copies than before, and what was begun can be cancelled.

import type { MetadataImage } from '../metadata/image.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { type Refusal, refuse } from './decision.ts'
import { changeOf, electLeader, type PartitionUpdate } from './election.ts'
import type { ElectionRules } from './election-rules.ts'
import { directoriesOf } from './new-partitions.ts'
import { checkManualPlacement } from './placement.ts'

type Replicas = readonly number[]

export function isReassigned(partition: PartitionState): boolean {
  return partition.addingReplicas.length > 0 || partition.removingReplicas.length > 0
}

/** Replicas that the partition had before its reassignment began. */
function originalReplicas({ replicas, addingReplicas }: PartitionState): number[] {
  return replicas.filter((id) => !addingReplicas.includes(id))
}

/** The record that begins to move the partition to `target`, or does it where nothing is copied. */
export function beginReassignment(
  image: MetadataImage,
  partition: PartitionState,
  target: Replicas,
  mayChangeFactor: boolean,
  rules: ElectionRules,
): MetadataRecord | undefined | Refusal {
  const original = originalReplicas(partition)
  const wrong = checkManualPlacement((id) => image.broker(id) !== undefined, target, undefined)
  if (wrong !== undefined) return wrong
  if (!mayChangeFactor && target.length !== original.length) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      `The replication factor is ${original.length}, and the request may not change it to ${target.length}.`,
    )
  }
  const adding = target.filter((id) => !original.includes(id))
  const removing = original.filter((id) => !target.includes(id))
  const replicas = [...target, ...removing]
  // Those that an earlier reassignment was adding, and this one does not want, go at once: they
  // are no copies that the partition had before.
  const inSyncReplicas = partition.inSyncReplicas.filter((id) => replicas.includes(id))
  if (inSyncReplicas.length === 0) {
    return refuse(
      'INVALID_REPLICA_ASSIGNMENT',
      'Only a replica that would go with the present reassignment is in sync.',
    )
  }
  const moved = withLeader(image, {
    ...partition,
    replicas,
    inSyncReplicas,
    addingReplicas: adding,
    removingReplicas: removing,
  })
  return reassignmentRecord(image, partition, completed(image, moved) ?? moved, rules)
}

/** The record that takes back a reassignment that has not ended. */
export function cancelReassignment(
  image: MetadataImage,
  partition: PartitionState,
  rules: ElectionRules,
): MetadataRecord | undefined | Refusal {
  if (!isReassigned(partition)) {
    return refuse('NO_REASSIGNMENT_IN_PROGRESS', 'The partition is not being reassigned.')
  }
  const { removingReplicas } = partition
  const kept = originalReplicas(partition)
  // Those that were about to go stand last; the order before them is not kept anywhere.
  const replicas = [...kept.filter((id) => !removingReplicas.includes(id)), ...removingReplicas]
  const inSyncReplicas = partition.inSyncReplicas.filter((id) => replicas.includes(id))
  if (inSyncReplicas.length === 0) {
    return refuse(
      'INVALID_REPLICA_ASSIGNMENT',
      'None of the replicas that the partition had before is in sync.',
    )
  }
  const back = { ...partition, replicas, inSyncReplicas, addingReplicas: [], removingReplicas: [] }
  return reassignmentRecord(image, partition, withLeader(image, back), rules)
}

/** What the partition becomes when all that it shall have is in sync; undefined: not yet. */
export function completed(
  image: MetadataImage,
  partition: PartitionState,
): PartitionState | undefined {
  const { replicas, inSyncReplicas, addingReplicas, removingReplicas } = partition
  if (!addingReplicas.every((id) => inSyncReplicas.includes(id))) return undefined
  const target = replicas.filter((id) => !removingReplicas.includes(id))
  const staying = inSyncReplicas.filter((id) => target.includes(id))
  const someoneLeads = staying.some((id) => isActive(image.broker(id)))
  if (staying.length === 0 || (!someoneLeads && partition.leader >= 0)) return undefined
  return withLeader(image, {
    ...partition,
    replicas: target,
    inSyncReplicas: staying,
    addingReplicas: [],
    removingReplicas: [],
  })
}

function withLeader(image: MetadataImage, partition: PartitionState): PartitionState {
  const { replicas, inSyncReplicas, leader } = partition
  if (replicas.includes(leader)) return partition
  const mayLead = (id: number) => isActive(image.broker(id))
  return { ...partition, leader: electLeader(replicas, inSyncReplicas, mayLead) }
}

/** The record that makes `before` into `after`; undefined when they are the same. */
export function reassignmentRecord(
  image: MetadataImage,
  before: PartitionState,
  after: PartitionState,
  rules: ElectionRules,
): MetadataRecord | undefined {
  const update: PartitionUpdate = {
    inSyncReplicas: after.inSyncReplicas,
    replicas: after.replicas,
    addingReplicas: after.addingReplicas,
    removingReplicas: after.removingReplicas,
    leaderRecoveryState: after.leaderRecoveryState,
    directories: directoriesOf(image, before, after.replicas),
    ...(after.leader === before.leader ? {} : { leader: after.leader }),
  }
  return changeOf(before, update, rules)
}

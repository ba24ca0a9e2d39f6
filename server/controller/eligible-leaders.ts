// Eligible leader replicas (KIP-966): those that left the in-sync set while fewer than
// min.insync.replicas were left in it. From then on the watermark stands still (REPL-3), so they
// hold everything that is committed (META-6), and may lead when nobody in sync can: the last disk
// in sync may lose what it had not synced without a loss of what was acknowledged.
//
// A replica is eligible no longer when enough are in sync again, when its broker ended without
// order (its disk may be the one that lost something), when it is moved away, and when
// min.insync.replicas changes, on which all of this rests.
//
// Differs from Kafka: an in-sync set is never empty. Its last member stays in it while its broker
// is fenced; when that member ended without order, the first eligible replica takes its place,
// whether it serves now or not. Of former eligible replicas none is kept (lastKnownElr is empty):
// the last of all stays in sync and leads with what it has.

import type { MetadataImage } from '../metadata/image.ts'
import type { PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'

export interface EligibilityChange {
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly minInSyncReplicas: number
  /** May have lost records; undefined for nobody. */
  readonly lost: number | undefined
}

/** In the order of the replicas. */
export function eligibleAfter(before: PartitionState, after: EligibilityChange): readonly number[] {
  const { replicas, inSyncReplicas, lost } = after
  if (inSyncReplicas.length >= Math.min(after.minInSyncReplicas, replicas.length)) return []
  return replicas.filter(
    (id) =>
      id !== lost &&
      !inSyncReplicas.includes(id) &&
      (before.inSyncReplicas.includes(id) || before.eligibleLeaderReplicas.includes(id)),
  )
}

/**
 * Who takes the place of the last member in sync when that one may have lost records: an eligible
 * replica that serves, or else one that will when it comes back; undefined when none is left.
 */
export function successorOf(
  { replicas, eligibleLeaderReplicas }: PartitionState,
  lost: number,
  serves: (brokerId: number) => boolean,
): number | undefined {
  const eligible = replicas.filter((id) => id !== lost && eligibleLeaderReplicas.includes(id))
  return eligible.find(serves) ?? eligible[0]
}

/** The changes after which nobody is eligible in a topic, or in all topics. */
export function eligibilityCleared(
  image: MetadataImage,
  topicName: string | undefined,
): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    if (topicName !== undefined && topic.name !== topicName) continue
    for (const { topicId, partition: partitionId, eligibleLeaderReplicas } of topic.partitions) {
      if (eligibleLeaderReplicas.length === 0) continue
      const data = { topicId, partitionId, eligibleLeaderReplicas: [] }
      records.push({ type: 'PartitionChange', data })
    }
  }
  return records
}

// The records of new partitions: replicas as placed, in sync where the broker serves, led by the
// first that does.

import type { MetadataImage } from '../metadata/image.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { hasLostLogs } from '../metadata/view.ts'
import { ZERO_UUID } from '../protocol/definition.ts'
import { type Refusal, refuse } from './decision.ts'
import { electLeader } from './election.ts'

export function partitionRecord(
  image: MetadataImage,
  topicId: string,
  partition: number,
  replicas: readonly number[],
): MetadataRecord | Refusal {
  const mayLead = (id: number) => isActive(image.broker(id))
  const inSyncReplicas = replicas.filter(mayLead)
  if (inSyncReplicas.length === 0) {
    return refuse(
      'INVALID_REPLICA_ASSIGNMENT',
      `All brokers of the manual assignment of partition ${partition} are fenced or shutting down.`,
    )
  }
  return {
    type: 'Partition',
    data: {
      topicId,
      partitionId: partition,
      replicas,
      isr: inSyncReplicas,
      leader: electLeader(replicas, inSyncReplicas, mayLead),
      leaderEpoch: 0,
      partitionEpoch: 0,
      directories: replicas.map((id) => directoryOf(image, id)),
    },
  }
}

/** Log directories of `replicas`: those that `before` had stay where they are. */
export function directoriesOf(
  image: MetadataImage,
  before: PartitionState,
  replicas: readonly number[],
): string[] {
  return replicas.map((id) => {
    const index = before.replicas.indexOf(id)
    return (index < 0 ? undefined : before.directories[index]) ?? directoryOf(image, id)
  })
}

/** A broker's only log directory; with none or several, the broker chooses by itself. */
function directoryOf(image: MetadataImage, brokerId: number): string {
  const broker = image.broker(brokerId)
  const [only, ...others] = broker === undefined || hasLostLogs(broker) ? [] : broker.logDirectories
  return only === undefined || others.length > 0 ? ZERO_UUID : only
}

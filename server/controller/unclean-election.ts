// Elections of a replica that was not in sync: only where the topic says that it would rather
// lose records than wait (unclean.leader.election.enable), or an operator asks for it.
//
// The replica becomes the only member in sync, since nobody knows what the others have that it
// lacks, and the partition is marked as recovering until its leader has taken over (KIP-704).

import type { PartitionState } from '../metadata/image-state.ts'
import type { PartitionUpdate } from './election.ts'

const RECOVERING = 1

/** What the partition becomes when any replica that may lead will do; undefined when none may. */
export function electUncleanly(
  partition: PartitionState,
  mayLead: (brokerId: number) => boolean,
): PartitionUpdate | undefined {
  const leader = partition.replicas.find(mayLead)
  if (leader === undefined) return undefined
  return { leader, inSyncReplicas: [leader], leaderRecoveryState: RECOVERING }
}

// Elections of a replica that was not in sync: only where the topic says that it would rather
// lose records than wait (unclean.leader.election.enable), or an operator asks for it.
//
// The replica becomes the only member in sync, since nobody knows what the others have that it
// lacks, and the partition is marked as recovering until its leader has taken over (KIP-704).

import { resolveTopicConfig, topicConfig } from '../metadata/configs.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { PartitionState } from '../metadata/image-state.ts'
import type { DecisionContext } from './decision.ts'
import type { PartitionUpdate } from './election.ts'

const RECOVERING = 1

export type MayElectUncleanly = (topic: string) => boolean

/** As topics and brokers are configured now. */
export function uncleanElectionsOf(
  image: MetadataImage,
  { staticConfigs }: Pick<DecisionContext, 'staticConfigs'>,
): MayElectUncleanly {
  const definition = topicConfig('unclean.leader.election.enable')
  if (definition === undefined) throw new Error('there is no config for unclean elections')
  const layers = { view: image, brokerId: -1, staticConfigs }
  return (topic) => resolveTopicConfig(definition, topic, layers).value === 'true'
}

/** What the partition becomes when any replica that may lead will do; undefined when none may. */
export function electUncleanly(
  partition: PartitionState,
  mayLead: (brokerId: number) => boolean,
): PartitionUpdate | undefined {
  const leader = partition.replicas.find(mayLead)
  if (leader === undefined) return undefined
  return { leader, inSyncReplicas: [leader], leaderRecoveryState: RECOVERING }
}

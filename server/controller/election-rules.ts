// What the choice of leaders hangs on beside the partitions themselves: the configs of their
// topics, as they are when a decision is taken.

import { resolveTopicConfig, topicConfig } from '../metadata/configs.ts'
import type { MetadataView } from '../metadata/view.ts'
import type { DecisionContext } from './decision.ts'

export interface ElectionRules {
  /** A replica that is not in sync will do when nobody else can lead. */
  mayElectUncleanly(topic: string): boolean
  /** min.insync.replicas as the broker that leads reads it; -1 for no leader. */
  minInSyncReplicas(topic: string, leader: number): number
}

export function electionRulesOf(
  image: Pick<MetadataView, 'configs'>,
  { staticConfigs }: Pick<DecisionContext, 'staticConfigs'>,
): ElectionRules {
  const known = new Map<string, string>()
  const configOf = (name: string, topic: string, brokerId: number) => {
    const key = `${name} ${brokerId} ${topic}`
    let value = known.get(key)
    if (value === undefined) {
      const definition = topicConfig(name)
      if (definition === undefined) throw new Error(`there is no config ${name}`)
      const layers = { view: image, brokerId, staticConfigs }
      value = resolveTopicConfig(definition, topic, layers).value ?? ''
      known.set(key, value)
    }
    return value
  }
  return {
    mayElectUncleanly: (topic) => configOf('unclean.leader.election.enable', topic, -1) === 'true',
    minInSyncReplicas: (topic, leader) => Number(configOf('min.insync.replicas', topic, leader)),
  }
}

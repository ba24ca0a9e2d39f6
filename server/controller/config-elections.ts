// Elections that a change of configs brings about: a partition that waits for its last member in
// sync does so no longer once its topic would rather lose records
// (unclean.leader.election.enable, set on the topic or as the brokers' default).
//
// Differs from Kafka: it happens with the change; Kafka looks for such partitions every
// unclean.leader.election.interval.ms.

import type { MetadataImage } from '../metadata/image.ts'
import { isActive } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { ConfigResourceKind, MetadataView } from '../metadata/view.ts'
import type { DecisionContext } from './decision.ts'
import { changeOf, electCleanly, NO_LEADER } from './election.ts'
import { electionRulesOf } from './election-rules.ts'
import { electUncleanly } from './unclean-election.ts'

const UNCLEAN = 'unclean.leader.election.enable'
const RESOURCE_KINDS: Record<number, ConfigResourceKind> = { 2: 'topic', 4: 'broker' }

/** The elections that follow when the configs have been changed by `changes`. */
export function electionsAfter(
  changes: readonly MetadataRecord[],
  image: MetadataImage,
  context: DecisionContext,
): MetadataRecord[] {
  if (!changes.some(({ type, data }) => type === 'Config' && data.name === UNCLEAN)) return []
  const rules = electionRulesOf(configsAfter(changes, image), context)
  const mayLead = (id: number) => isActive(image.broker(id))
  const records: MetadataRecord[] = []
  for (const { name, partitions } of image.topics()) {
    if (!partitions.some(({ leader }) => leader === NO_LEADER)) continue
    if (!rules.mayElectUncleanly(name)) continue
    for (const partition of partitions) {
      if (partition.leader !== NO_LEADER) continue
      const elected = electCleanly(partition, mayLead) ?? electUncleanly(partition, mayLead)
      const record = elected === undefined ? undefined : changeOf(partition, elected, rules)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

/** Configs as they will be. */
function configsAfter(
  changes: readonly MetadataRecord[],
  image: MetadataImage,
): Pick<MetadataView, 'configs'> {
  const changed = new Map<string, Map<string, string>>()
  for (const { type, data } of changes) {
    if (type !== 'Config') continue
    const { resourceType = 0, resourceName = '', name = '', value = null } = data
    const kind = RESOURCE_KINDS[resourceType]
    if (kind === undefined) continue
    const key = `${kind} ${resourceName}`
    const configs = changed.get(key) ?? new Map(image.configs(kind, resourceName))
    changed.set(key, configs)
    if (value === null) configs.delete(name)
    else configs.set(name, value)
  }
  return { configs: (kind, name) => changed.get(`${kind} ${name}`) ?? image.configs(kind, name) }
}

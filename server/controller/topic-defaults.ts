// How many partitions and replicas a topic gets whose creator leaves it to the cluster.

import { brokerConfig, CONFIG_SOURCES, resolveBrokerConfig } from '../metadata/configs.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { DecisionContext } from './decision.ts'

function resolve(name: string, image: MetadataImage, context: DecisionContext) {
  const definition = brokerConfig(name)
  if (definition === undefined) throw new Error(`no broker config is called ${name}`)
  return resolveBrokerConfig(definition, {
    view: image,
    brokerId: -1,
    staticConfigs: context.staticConfigs,
  })
}

export function defaultPartitions(image: MetadataImage, context: DecisionContext): number {
  return Number(resolve('num.partitions', image, context).value)
}

/** What is set, or 3; when nothing is set, no more than there are brokers. */
export function defaultReplicationFactor(image: MetadataImage, context: DecisionContext): number {
  const { value, source } = resolve('default.replication.factor', image, context)
  const factor = Number(value)
  if (source !== CONFIG_SOURCES.default) return factor
  return Math.max(1, Math.min(factor, [...image.brokers()].length))
}

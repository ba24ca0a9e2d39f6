// Which value a config has, and why: looked for on the topic, the broker, all brokers, the
// broker's start, and last in the table of defaults. Brokers answer DescribeConfigs and
// configure their logs from here; the controller checks values by the same tables.

import { BROKER_CONFIGS, type BrokerConfigDefinition } from './broker-configs.ts'
import { type ConfigDefinition, validateConfig } from './config-definition.ts'
import { TOPIC_CONFIGS, type TopicConfigDefinition } from './topic-configs.ts'
import type { MetadataView } from './view.ts'

/** Kafka's numbers of where a value comes from, as DescribeConfigs sends them. */
export const CONFIG_SOURCES = {
  dynamicTopic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
} as const

export type ConfigSource = (typeof CONFIG_SOURCES)[keyof typeof CONFIG_SOURCES]

export interface ConfigSynonym {
  readonly name: string
  readonly value: string
  readonly source: ConfigSource
}

export interface ResolvedConfig {
  readonly value: string | null
  readonly source: ConfigSource
  /** Every place that has a value, the one that counts first. */
  readonly synonyms: readonly ConfigSynonym[]
}

/** Where broker configs are looked for. */
export interface BrokerConfigLayers {
  readonly view: Pick<MetadataView, 'configs'>
  /** -1: of no broker in particular. */
  readonly brokerId: number
  /** What the broker (or the controller) was started with, by name. */
  readonly staticConfigs: ReadonlyMap<string, string>
}

const topicConfigsByName = new Map(TOPIC_CONFIGS.map((row) => [row.name, row]))
const brokerConfigsByName = new Map(BROKER_CONFIGS.map((row) => [row.name, row]))

export function topicConfig(name: string): TopicConfigDefinition | undefined {
  return topicConfigsByName.get(name)
}

export function brokerConfig(name: string): BrokerConfigDefinition | undefined {
  return brokerConfigsByName.get(name)
}

/** What is wrong with a topic's config, in words for the client; undefined when nothing is. */
export function validateTopicConfig(name: string, value: string): string | undefined {
  const definition = topicConfigsByName.get(name)
  return definition === undefined
    ? `Unknown topic config name: ${name}`
    : validateConfig(definition, value)
}

/** The same for a broker's config that is set while it runs. */
export function validateBrokerConfig(name: string, value: string): string | undefined {
  const definition = brokerConfigsByName.get(name)
  if (definition === undefined) return `Unknown broker config name: ${name}`
  if (!definition.dynamic) return `Cannot update these configs dynamically: Set(${name})`
  return validateConfig(definition, value)
}

function synonymsOfBroker(
  definition: ConfigDefinition,
  layers: BrokerConfigLayers,
): ConfigSynonym[] {
  const { name } = definition
  const found: ConfigSynonym[] = []
  const add = (value: string | null | undefined, source: ConfigSource) => {
    if (value !== undefined && value !== null) found.push({ name, value, source })
  }
  if (layers.brokerId >= 0) {
    add(
      layers.view.configs('broker', String(layers.brokerId)).get(name),
      CONFIG_SOURCES.dynamicBroker,
    )
  }
  add(layers.view.configs('broker', '').get(name), CONFIG_SOURCES.dynamicDefaultBroker)
  add(layers.staticConfigs.get(name), CONFIG_SOURCES.staticBroker)
  add(definition.default, CONFIG_SOURCES.default)
  return found
}

/** The value of a broker config. */
export function resolveBrokerConfig(
  definition: BrokerConfigDefinition,
  layers: BrokerConfigLayers,
): ResolvedConfig {
  const synonyms = synonymsOfBroker(definition, layers)
  const [first] = synonyms
  return {
    value: first?.value ?? null,
    source: first?.source ?? CONFIG_SOURCES.default,
    synonyms,
  }
}

/** The value of a topic config, in the topic config's unit. */
export function resolveTopicConfig(
  definition: TopicConfigDefinition,
  topic: string,
  layers: BrokerConfigLayers,
): ResolvedConfig {
  const own = layers.view.configs('topic', topic).get(definition.name)
  const synonyms: ConfigSynonym[] = []
  let effective: { value: string; source: ConfigSource } | undefined
  if (own !== undefined) {
    synonyms.push({ name: definition.name, value: own, source: CONFIG_SOURCES.dynamicTopic })
    effective = { value: own, source: CONFIG_SOURCES.dynamicTopic }
  }
  for (const { name, scale } of definition.brokerConfigs) {
    const broker = brokerConfigsByName.get(name)
    if (broker === undefined) continue
    for (const synonym of synonymsOfBroker(broker, layers)) {
      synonyms.push(synonym)
      effective ??= { value: scaled(synonym.value, scale), source: synonym.source }
    }
  }
  return {
    value: effective?.value ?? definition.default,
    source: effective?.source ?? CONFIG_SOURCES.default,
    synonyms,
  }
}

/** Hours and minutes as milliseconds; negative values mean "no limit" in every unit. */
function scaled(value: string, scale: number): string {
  if (scale === 1 || value.trim().startsWith('-')) return value
  return String(BigInt(value.trim()) * BigInt(scale))
}

/** The value of a broker config by its name, for the engine's own use. Throws for an unknown name. */
export function brokerConfigValue(name: string, layers: BrokerConfigLayers): string | null {
  const definition = brokerConfigsByName.get(name)
  if (definition === undefined) throw new Error(`no broker config is called ${name}`)
  return resolveBrokerConfig(definition, layers).value
}

/** The value of a topic config by its name, for the engine's own use. Throws for an unknown name. */
export function topicConfigValue(name: string, topic: string, layers: BrokerConfigLayers): string {
  const definition = topicConfigsByName.get(name)
  if (definition === undefined) throw new Error(`no topic config is called ${name}`)
  return resolveTopicConfig(definition, topic, layers).value ?? ''
}

// The configuration of a topic or a broker.

import type { ConfigEntry, ConfigList } from '../../lib/contracts/index.ts'
import { type ConfigRow, describeBrokerConfigs, describeTopicConfigs } from '../client/configs.ts'
import { KafkaError } from '../client/errors.ts'
import type { Cluster } from './cluster.ts'
import { ApiError } from './problem.ts'

export async function getTopicConfigs(cluster: Cluster, topic: string): Promise<ConfigList> {
  const all = await describeTopicConfigs(cluster.client, [topic], { withDetails: true })
  const rows = all.get(topic)
  if (rows instanceof KafkaError) throw rows
  return { configs: entriesOf(rows ?? []) }
}

export async function getBrokerConfigs(cluster: Cluster, broker: number): Promise<ConfigList> {
  const { brokers } = await cluster.client.metadata([])
  if (!brokers.some(({ id }) => id === broker)) {
    throw new ApiError(404, {
      code: 'unknown_broker',
      message: `There is no broker ${broker} in this cluster now.`,
    })
  }
  return { configs: entriesOf(await describeBrokerConfigs(cluster.client, broker)) }
}

const SOURCES: Record<number, ConfigEntry['source']> = {
  1: 'topic',
  2: 'broker',
  3: 'default-broker',
  4: 'static',
  5: 'default',
}

const TYPES = [
  'unknown',
  'boolean',
  'string',
  'int',
  'short',
  'long',
  'double',
  'list',
  'class',
  'password',
]

function sourceOf(code: number): ConfigEntry['source'] {
  return SOURCES[code] ?? 'unknown'
}

function entriesOf(rows: readonly ConfigRow[]): ConfigEntry[] {
  return rows
    .map((row) => ({
      name: row.name,
      value: row.isSensitive ? null : row.value,
      source: sourceOf(row.configSource),
      isDefault: sourceOf(row.configSource) === 'default',
      readOnly: row.readOnly,
      sensitive: row.isSensitive,
      type: TYPES[row.configType] ?? 'unknown',
      documentation: row.documentation === '' ? null : row.documentation,
      synonyms: row.synonyms.map(({ name, value, source }) => ({
        name,
        value: row.isSensitive ? null : value,
        source: sourceOf(source),
      })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

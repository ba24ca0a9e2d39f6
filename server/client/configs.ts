// Configurations of topics and brokers: DescribeConfigs.

import { errorName } from '../protocol/errors.ts'
import type { Answer, Body, ClusterClient } from './cluster-client.ts'
import { type RequestOptions, UnsupportedApiError } from './connection.ts'
import { KafkaError } from './errors.ts'

const TOPIC = 2
const BROKER = 4

export type ConfigRow = Answer<'describeConfigs'>['results'][number]['configs'][number]

export interface ConfigOptions {
  /** All when left out. */
  names?: readonly string[]
  withDetails: boolean
}

/** Documentation of configurations came with this version (KIP-569). */
const DOCUMENTED_VERSION_MIN = 3

/** By topic; a topic that was refused has an error instead. One request for all. */
export async function describeTopicConfigs(
  client: ClusterClient,
  topics: readonly string[],
  options: ConfigOptions,
): Promise<Map<string, ConfigRow[] | KafkaError>> {
  return describeResources(TOPIC, topics, options, (body, request) =>
    client.askAny('describeConfigs', body, request),
  )
}

/** A broker's configuration is asked of that broker. */
export async function describeBrokerConfigs(
  client: ClusterClient,
  brokerId: number,
): Promise<ConfigRow[]> {
  const name = String(brokerId)
  const from = client.nameOf(brokerId)
  const all = await describeResources(
    BROKER,
    [name],
    { withDetails: true },
    async (body, request) => ({
      answer: await client.askBroker(brokerId, 'describeConfigs', body, request),
      from,
    }),
  )
  const rows = all.get(name) ?? new KafkaError(-1, from, `Broker ${name}`)
  if (rows instanceof KafkaError) throw rows
  return rows
}

async function describeResources(
  resourceType: number,
  names: readonly string[],
  options: ConfigOptions,
  ask: (
    body: Body<'describeConfigs'>,
    request: RequestOptions,
  ) => Promise<{ answer: Answer<'describeConfigs'>; from: string }>,
): Promise<Map<string, ConfigRow[] | KafkaError>> {
  const body = {
    resources: names.map((resourceName) => ({
      resourceType,
      resourceName,
      configurationKeys: options.names ?? null,
    })),
    includeSynonyms: options.withDetails,
  }
  if (options.withDetails) {
    try {
      const documented = { ...body, includeDocumentation: true }
      const { answer, from } = await ask(documented, { versionMin: DOCUMENTED_VERSION_MIN })
      return rowsOf(answer, from)
    } catch (error) {
      if (!(error instanceof UnsupportedApiError)) throw error
    }
  }
  const { answer, from } = await ask(body, {})
  return rowsOf(answer, from)
}

function rowsOf(
  answer: Answer<'describeConfigs'>,
  from: string,
): Map<string, ConfigRow[] | KafkaError> {
  return new Map(
    answer.results.map(({ resourceName, errorCode, errorMessage, configs }) => [
      resourceName,
      errorCode === 0
        ? configs
        : new KafkaError(
            errorCode,
            from,
            `Configuration of ${resourceName}`,
            errorMessage === errorName(errorCode) ? null : errorMessage,
          ),
    ]),
  )
}

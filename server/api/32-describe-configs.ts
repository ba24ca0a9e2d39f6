// DescribeConfigs (API 32), versions 1–4: topics and brokers.
//   v1 synonyms and sources · v3 documentation and types (KIP-569) · v4 flexible
//
// Differs from Kafka: loggers and client metrics have no configs here and are refused.

import { BROKER_CONFIGS } from '../metadata/broker-configs.ts'
import { CONFIG_TYPE_CODES, type ConfigDefinition } from '../metadata/config-definition.ts'
import {
  CONFIG_SOURCES,
  type ResolvedConfig,
  resolveBrokerConfig,
  resolveTopicConfig,
} from '../metadata/configs.ts'
import { TOPIC_CONFIGS } from '../metadata/topic-configs.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler, type RequestOf, type ResponseOf } from './handler.ts'
import type { BrokerParts } from './parts.ts'
import { isLegalTopicName } from './topic-names.ts'

const TOPIC = 2
const BROKER = 4

type Request = RequestOf<'describeConfigs'>
type Resource = Request['resources'][number]
type Result = NonNullable<ResponseOf<'describeConfigs'>['results']>[number]
type ConfigRow = NonNullable<Result['configs']>[number]

function row(
  definition: ConfigDefinition,
  resolved: ResolvedConfig,
  readOnly: boolean,
  request: Request,
): ConfigRow {
  const isSensitive = definition.type === 'password'
  const shown = (value: string | null) => (isSensitive ? null : value)
  return {
    name: definition.name,
    value: shown(resolved.value),
    readOnly,
    configSource: resolved.source,
    isSensitive,
    synonyms: request.includeSynonyms
      ? resolved.synonyms.map(({ name, value, source }) => ({ name, value: shown(value), source }))
      : [],
    configType: CONFIG_TYPE_CODES[definition.type],
    documentation: request.includeDocumentation ? definition.documentation : null,
  }
}

function isAsked({ configurationKeys }: Resource, name: string): boolean {
  return configurationKeys === null || configurationKeys.includes(name)
}

function describeTopic(resource: Resource, request: Request, parts: BrokerParts): ConfigRow[] {
  return TOPIC_CONFIGS.filter(({ name }) => isAsked(resource, name)).map((definition) =>
    row(
      definition,
      resolveTopicConfig(definition, resource.resourceName, parts.configs.layers),
      false,
      request,
    ),
  )
}

function describeBroker(resource: Resource, request: Request, parts: BrokerParts): ConfigRow[] {
  return BROKER_CONFIGS.filter(({ name }) => isAsked(resource, name)).map((definition) =>
    row(
      definition,
      resolveBrokerConfig(definition, parts.configs.layers),
      !definition.dynamic,
      request,
    ),
  )
}

/** What is set for all brokers together, without defaults. */
function describeAllBrokers(resource: Resource, request: Request, parts: BrokerParts): ConfigRow[] {
  const set = parts.metadata.configs('broker', '')
  return BROKER_CONFIGS.filter(({ name }) => set.has(name) && isAsked(resource, name)).map(
    (definition) => {
      const value = set.get(definition.name) ?? null
      const source = CONFIG_SOURCES.dynamicDefaultBroker
      const synonyms = value === null ? [] : [{ name: definition.name, value, source }]
      return row(definition, { value, source, synonyms }, false, request)
    },
  )
}

function describeResource(resource: Resource, request: Request, parts: BrokerParts): Result {
  const { resourceType, resourceName } = resource
  const answer = (configs: ConfigRow[]): Result => ({
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    resourceType,
    resourceName,
    configs,
  })
  const refuse = (errorCode: number, errorMessage: string): Result => ({
    errorCode,
    errorMessage,
    resourceType,
    resourceName,
    configs: [],
  })
  if (resourceType === TOPIC) {
    if (!isLegalTopicName(resourceName)) {
      return refuse(ErrorCode.INVALID_TOPIC_EXCEPTION, `${resourceName} is no legal topic name`)
    }
    if (parts.metadata.topic(resourceName) === undefined) {
      return refuse(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        'This server does not host this topic-partition.',
      )
    }
    return answer(describeTopic(resource, request, parts))
  }
  if (resourceType === BROKER) {
    if (resourceName === '') return answer(describeAllBrokers(resource, request, parts))
    if (resourceName === String(parts.brokerId)) {
      return answer(describeBroker(resource, request, parts))
    }
    return refuse(
      ErrorCode.INVALID_REQUEST,
      `Unexpected broker id, expected ${parts.brokerId} or empty string, but received ${resourceName}`,
    )
  }
  return refuse(
    ErrorCode.INVALID_REQUEST,
    `Configs of resource type ${resourceType} are not kept by this broker`,
  )
}

export const describeConfigs = handler<BrokerParts>()({
  api: 'describeConfigs',
  versions: { first: 1, last: 4 },
  handle(request, _context, parts) {
    return {
      results: request.resources.map((resource) => describeResource(resource, request, parts)),
    }
  },
})

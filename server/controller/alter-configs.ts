// IncrementalAlterConfigs and AlterConfigs: the second sets all configs of a resource at once,
// so it is the first with every other config deleted. One resource's refusal leaves it as it
// was and does not keep the others from being changed.

import { parseList } from '../metadata/config-definition.ts'
import {
  brokerConfig,
  brokerConfigValue,
  topicConfig,
  topicConfigValue,
  validateBrokerConfig,
  validateTopicConfig,
} from '../metadata/configs.ts'
import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { ConfigResourceKind } from '../metadata/view.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  AlterConfigsRequest,
  alterConfigsResponse,
} from '../protocol/messages/33-alter-configs.ts'
import type {
  IncrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../protocol/messages/44-incremental-alter-configs.ts'
import { electionsAfter } from './config-elections.ts'
import { type Decide, type DecisionContext, isRefusal, type Refusal, refuse } from './decision.ts'
import { eligibilityCleared } from './eligible-leaders.ts'
import { groupByKey } from './named-once.ts'

/** Kafka's numbers of config resources. */
const RESOURCE_KINDS: Record<number, ConfigResourceKind> = { 2: 'topic', 4: 'broker' }
const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3
const MIN_IN_SYNC = 'min.insync.replicas'

interface Change {
  readonly name: string
  readonly configOperation: number
  readonly value: string | null
}

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

interface Target {
  readonly type: number
  readonly kind: ConfigResourceKind
  readonly name: string
}

interface Row extends Resource {
  readonly errorCode: number
  readonly errorMessage: string | null
}

export const incrementalAlterConfigs: Decide<
  IncrementalAlterConfigsRequest,
  InputOf<typeof incrementalAlterConfigsResponse>
> = (image, request, context) =>
  alterAll(
    image,
    request.resources,
    request.validateOnly,
    context,
    (_target, resource) => resource.configs,
  )

export const alterConfigs: Decide<AlterConfigsRequest, InputOf<typeof alterConfigsResponse>> = (
  image,
  request,
  context,
) =>
  alterAll(image, request.resources, request.validateOnly, context, (target, resource) => {
    const given = new Set(resource.configs.map((config) => config.name))
    const dropped = [...image.configs(target.kind, target.name).keys()].filter(
      (name) => !given.has(name),
    )
    return [
      ...resource.configs.map((config) => ({ ...config, configOperation: SET })),
      ...dropped.map((name) => ({ name, configOperation: DELETE, value: null })),
    ]
  })

function alterAll<R extends Resource>(
  image: MetadataImage,
  resources: readonly R[],
  validateOnly: boolean,
  context: DecisionContext,
  changesOf: (target: Target, resource: R) => readonly Change[],
): { records: MetadataRecord[]; response: { responses: Row[] } } {
  const records: MetadataRecord[] = []
  const named = groupByKey(resources, (entry) => `${entry.resourceType} ${entry.resourceName}`)
  const responses = [...named.values()].map((entries): Row => {
    const resource = entries[0] as R
    const { resourceType, resourceName } = resource
    const target =
      entries.length > 1
        ? refuse('INVALID_REQUEST', 'The request names the resource more than once.')
        : targetOf(image, resource)
    const decided = isRefusal(target)
      ? target
      : alterOne(image, target, changesOf(target, resource), context)
    if (isRefusal(decided)) {
      return { resourceType, resourceName, errorCode: decided.code, errorMessage: decided.message }
    }
    records.push(...decided)
    return { resourceType, resourceName, errorCode: ErrorCode.NONE, errorMessage: null }
  })
  if (validateOnly) return { records: [], response: { responses } }
  return {
    records: [...records, ...electionsAfter(records, image, context)],
    response: { responses },
  }
}

function targetOf(image: MetadataImage, resource: Resource): Target | Refusal {
  const { resourceType: type, resourceName: name } = resource
  const kind = RESOURCE_KINDS[type]
  if (kind === undefined) {
    return refuse('INVALID_REQUEST', `Configs of resource type ${type} are not kept here.`)
  }
  if (kind === 'topic') {
    return image.topic(name) === undefined
      ? refuse('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${name}'.`)
      : { type, kind, name }
  }
  // The empty name stands for all brokers.
  if (name === '') return { type, kind, name }
  if (!/^\d+$/.test(name)) {
    return refuse('INVALID_REQUEST', `A broker is named by its number, not by '${name}'.`)
  }
  return image.broker(Number(name)) === undefined
    ? refuse('BROKER_ID_NOT_REGISTERED', `Broker ${name} is not registered.`)
    : { type, kind, name }
}

function alterOne(
  image: MetadataImage,
  target: Target,
  changes: readonly Change[],
  context: DecisionContext,
): MetadataRecord[] | Refusal {
  const names = new Set<string>()
  const records: MetadataRecord[] = []
  for (const change of changes) {
    if (names.has(change.name)) {
      return refuse('INVALID_REQUEST', `The config ${change.name} is given more than once.`)
    }
    names.add(change.name)
    const value = valueAfter(image, target, change, context)
    if (isRefusal(value)) return value
    if (value === (image.configs(target.kind, target.name).get(change.name) ?? null)) continue
    // Before the config is in force: a leader that reads it may commit with fewer in sync.
    if (change.name === MIN_IN_SYNC) {
      records.push(...eligibilityCleared(image, target.kind === 'topic' ? target.name : undefined))
    }
    records.push({
      type: 'Config',
      data: { resourceType: target.type, resourceName: target.name, name: change.name, value },
    })
  }
  return records
}

/** The value to be kept, null for none. */
function valueAfter(
  image: MetadataImage,
  target: Target,
  { name, configOperation, value }: Change,
  context: DecisionContext,
): string | null | Refusal {
  if (configOperation === DELETE) return null
  if (configOperation < SET || configOperation > SUBTRACT) {
    return refuse('INVALID_REQUEST', `Unknown config operation ${configOperation}.`)
  }
  if (value === null) return refuse('INVALID_REQUEST', `The config ${name} has no value.`)
  const combined =
    configOperation === SET
      ? value
      : combine(image, target, name, configOperation === APPEND, value, context)
  if (isRefusal(combined)) return combined
  const wrong =
    target.kind === 'topic'
      ? validateTopicConfig(name, combined)
      : validateBrokerConfig(name, combined)
  return wrong === undefined ? combined : refuse('INVALID_CONFIG', wrong)
}

/** Adds to a list, or takes out of it, beginning with what is in effect now. */
function combine(
  image: MetadataImage,
  target: Target,
  name: string,
  append: boolean,
  value: string,
  { staticConfigs }: DecisionContext,
): string | Refusal {
  const definition = target.kind === 'topic' ? topicConfig(name) : brokerConfig(name)
  if (definition?.type !== 'list') {
    return refuse('INVALID_CONFIG', `The config ${name} is not a list.`)
  }
  const layers = {
    view: image,
    brokerId: target.kind === 'broker' && target.name !== '' ? Number(target.name) : -1,
    staticConfigs,
  }
  const now = parseList(
    (target.kind === 'topic'
      ? topicConfigValue(name, target.name, layers)
      : brokerConfigValue(name, layers)) ?? '',
  )
  const named = parseList(value)
  const items = append
    ? [...now, ...named.filter((item) => !now.includes(item))]
    : now.filter((item) => !named.includes(item))
  return items.join(',')
}

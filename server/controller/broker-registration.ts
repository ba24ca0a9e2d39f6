// BrokerRegistration and the fencing of brokers that are gone.
//
// A registration's epoch is the offset of its record, so a restarted broker always has a higher
// one and requests of its earlier life are told apart.
//
// Differs from Kafka: a broker that ended cleanly without handing over may come back before its
// session has run out, since it brings the epoch that it wrote down when it had stopped.

import type { MetadataImage } from '../metadata/image.ts'
import type { BrokerState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode, type ErrorName } from '../protocol/errors.ts'
import type {
  BrokerRegistrationRequest,
  brokerRegistrationResponse,
} from '../protocol/messages/62-broker-registration.ts'
import type { Decide, Decision, DecisionContext } from './decision.ts'
import { changeLosing, changesWithout } from './election.ts'
import { electionRulesOf } from './election-rules.ts'

type Response = InputOf<typeof brokerRegistrationResponse>

export const registerBroker: Decide<BrokerRegistrationRequest, Response> = (
  image,
  request,
  context,
) => {
  if (request.clusterId !== image.clusterId) return refused('INCONSISTENT_CLUSTER_ID')
  if (request.listeners.length === 0 || request.brokerId < 0) return refused('INVALID_REGISTRATION')
  const existing = image.broker(request.brokerId)
  if (
    existing !== undefined &&
    (isStillThere(existing, request, context) || isTooEarly(image, existing, request, context))
  ) {
    return refused('DUPLICATE_BROKER_REGISTRATION')
  }
  const records =
    existing === undefined ? [] : partitionsOfEarlierLife(image, existing, request, context)
  const epoch = image.offset + 1n + BigInt(records.length)
  records.push({
    type: 'RegisterBroker',
    data: {
      brokerId: request.brokerId,
      incarnationId: request.incarnationId,
      brokerEpoch: epoch,
      endPoints: request.listeners,
      features: request.features,
      rack: request.rack,
      fenced: true,
      logDirs: request.logDirs,
    },
  })
  return { records, response: { errorCode: ErrorCode.NONE, brokerEpoch: epoch } }
}

/** Another process with the broker's id serves; one that says it has ended cleanly does not. */
function isStillThere(
  existing: BrokerState,
  request: BrokerRegistrationRequest,
  { sessions }: DecisionContext,
): boolean {
  if (existing.incarnationId === request.incarnationId) return false
  if (existing.epoch === request.previousBrokerEpoch) return false
  return !existing.fenced && sessions.isValid(existing.id)
}

/**
 * Who takes over from the earlier life is decided when it is known who lived on: a controller
 * that has just started waits for the brokers that served, one session timeout at most.
 */
function isTooEarly(
  image: MetadataImage,
  existing: BrokerState,
  request: BrokerRegistrationRequest,
  { sessions }: DecisionContext,
): boolean {
  if (existing.fenced || !endedWithoutOrder(existing, request)) return false
  for (const { id } of image.brokers()) {
    if (id !== existing.id && sessions.isAwaited(id)) return true
  }
  return false
}

/** The broker's earlier life ended without order: it may not have all that it had. */
function endedWithoutOrder(existing: BrokerState, request: BrokerRegistrationRequest): boolean {
  const sameProcess = existing.incarnationId === request.incarnationId
  const endedCleanly = existing.epoch === request.previousBrokerEpoch
  return !sameProcess && !endedCleanly
}

function refused(name: ErrorName): Decision<Response> {
  return { records: [], response: { errorCode: ErrorCode[name], brokerEpoch: -1n } }
}

/**
 * A broker comes back in a new life. What its earlier life led and was in sync with is kept when
 * that ended cleanly or is the same process; else it may have lost what it had not synced: it is
 * eligible nowhere, and leaves the in-sync set wherever a member lives on that lost nothing, or
 * another is eligible. Where the earlier life ended under this controller's eyes, a member lives on
 * that serves; where it ended while there was no controller, only one that went on through that
 * time. Members that were restarted together are no better than each other: they elect whoever
 * comes back first.
 */
function partitionsOfEarlierLife(
  image: MetadataImage,
  existing: BrokerState,
  request: BrokerRegistrationRequest,
  context: DecisionContext,
): MetadataRecord[] {
  if (!endedWithoutOrder(existing, request)) return []
  const { sessions } = context
  const endedWatched = sessions.wasWatched(existing.id)
  const survives = (id: number) =>
    id !== existing.id &&
    image.broker(id)?.fenced === false &&
    (endedWatched ? sessions.isValid(id) : sessions.isResumed(id))
  const rules = electionRulesOf(image, context)
  const records: MetadataRecord[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (!partition.replicas.includes(existing.id)) continue
      const record = changeLosing(partition, existing.id, survives, rules)
      if (record !== undefined) records.push(record)
    }
  }
  return records
}

/** Takes brokers out whose sessions have ended: their leaderships move, then they are fenced. */
export const fenceBrokers: Decide<readonly number[], readonly number[]> = (image, ids, context) => {
  const brokers = ids.flatMap((id) => {
    const broker = image.broker(id)
    return broker === undefined || broker.fenced ? [] : [broker]
  })
  if (brokers.length === 0) return { records: [], response: [] }
  const records = changesWithout(
    image,
    new Set(brokers.map((broker) => broker.id)),
    electionRulesOf(image, context),
  )
  for (const broker of brokers) records.push(fencedRecord(broker, true))
  return { records, response: brokers.map((broker) => broker.id) }
}

export function fencedRecord(broker: BrokerState, fenced: boolean): MetadataRecord {
  return {
    type: 'BrokerRegistrationChange',
    data: { brokerId: broker.id, brokerEpoch: broker.epoch, fenced: fenced ? 1 : -1 },
  }
}

// BrokerHeartbeat: what a broker wants, what it may have, and the records of the change.
//
// A broker is fenced (registered, serving nobody), serving, handing over (orderly shutdown), or
// may stop. It serves when it asks to and has replayed the log up to its own registration; it
// may stop when it leads nothing and every serving broker has heard of that. Beside that it may say
// that its log directory is offline: it then leads nothing and is in sync nowhere, until it registers
// anew.
//
// Differs from Kafka: a broker without any log directory goes on, so that it can say what is wrong.

import type { MetadataImage } from '../metadata/image.ts'
import { type BrokerState, isActive } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { hasLostLogs, LOST_DIRECTORY } from '../metadata/view.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  BrokerHeartbeatRequest,
  brokerHeartbeatResponse,
} from '../protocol/messages/63-broker-heartbeat.ts'
import { fencedRecord } from './broker-registration.ts'
import type { Decide, DecisionContext } from './decision.ts'
import { changesWith, changesWithout, leadsAny } from './election.ts'
import { electionRulesOf } from './election-rules.ts'

type Response = InputOf<typeof brokerHeartbeatResponse>

export type BrokerLife = 'fenced' | 'serving' | 'handing over' | 'may stop'

export const heartbeat: Decide<BrokerHeartbeatRequest, Response> = (image, request, context) => {
  const broker = image.broker(request.brokerId)
  if (broker === undefined) {
    return { records: [], response: { errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED } }
  }
  if (broker.epoch !== request.brokerEpoch) {
    return { records: [], response: { errorCode: ErrorCode.STALE_BROKER_EPOCH } }
  }
  const before = lifeOf(broker)
  const after = next[before](image, broker, request, context)
  const losesLogs = !hasLostLogs(broker) && isWithoutLogs(broker, request)
  return {
    records: losesLogs
      ? [...lossOfLogs(image, broker, context), ...fencing(broker, before, after)]
      : transition(image, broker, before, after, context),
    response: {
      errorCode: ErrorCode.NONE,
      isCaughtUp: request.currentMetadataOffset >= broker.epoch,
      isFenced: after === 'fenced' || after === 'may stop',
      shouldShutDown: after === 'may stop',
    },
  }
}

/** Every directory that the broker registered with is offline. */
function isWithoutLogs(broker: BrokerState, request: BrokerHeartbeatRequest): boolean {
  const { logDirectories } = broker
  const offline = new Set(request.offlineLogDirs)
  return logDirectories.length > 0 && logDirectories.every((id) => offline.has(id))
}

function lossOfLogs(
  image: MetadataImage,
  broker: BrokerState,
  context: DecisionContext,
): MetadataRecord[] {
  return [
    ...changesWithout(image, new Set([broker.id]), electionRulesOf(image, context)),
    {
      type: 'BrokerRegistrationChange',
      data: { brokerId: broker.id, brokerEpoch: broker.epoch, logDirs: [LOST_DIRECTORY] },
    },
  ]
}

/** Of a broker that has nothing to lead any more. */
function fencing(broker: BrokerState, before: BrokerLife, after: BrokerLife): MetadataRecord[] {
  const isFenced = after === 'fenced' || after === 'may stop'
  if (isFenced === (before === 'fenced')) return []
  return [fencedRecord(broker, isFenced)]
}

function lifeOf(broker: BrokerState): Exclude<BrokerLife, 'may stop'> {
  if (broker.fenced) return 'fenced'
  return broker.inControlledShutdown ? 'handing over' : 'serving'
}

type Next = (
  image: MetadataImage,
  broker: BrokerState,
  request: BrokerHeartbeatRequest,
  context: DecisionContext,
) => BrokerLife

const next: Record<Exclude<BrokerLife, 'may stop'>, Next> = {
  fenced: (_image, broker, request) => {
    if (request.wantShutDown) return 'may stop'
    if (request.wantFence) return 'fenced'
    return request.currentMetadataOffset >= broker.epoch ? 'serving' : 'fenced'
  },
  serving: (image, broker, request) => {
    if (request.wantFence) return request.wantShutDown ? 'may stop' : 'fenced'
    if (!request.wantShutDown) return 'serving'
    return leadsAny(image, broker.id) ? 'handing over' : 'may stop'
  },
  'handing over': (image, broker, request, { sessions }) => {
    if (request.wantFence) return 'may stop'
    if (leadsAny(image, broker.id)) return 'handing over'
    const heardFrom = sessions.shutdownOffset(broker.id) ?? image.offset
    for (const other of image.brokers()) {
      if (isActive(other) && sessions.metadataOffset(other.id) < heardFrom) return 'handing over'
    }
    return 'may stop'
  },
}

function transition(
  image: MetadataImage,
  broker: BrokerState,
  before: BrokerLife,
  after: BrokerLife,
  context: DecisionContext,
): MetadataRecord[] {
  const rules = electionRulesOf(image, context)
  // In an orderly end nothing need be lost: who cannot be replaced is waited for.
  const orderly = { ...rules, mayElectUncleanly: () => false }
  if (before === after || (before === 'fenced' && after === 'may stop')) return []
  switch (after) {
    case 'serving':
      return hasLostLogs(broker)
        ? [fencedRecord(broker, false)]
        : [fencedRecord(broker, false), ...changesWith(image, broker.id, rules)]
    case 'handing over':
      return [
        {
          type: 'BrokerRegistrationChange',
          data: { brokerId: broker.id, brokerEpoch: broker.epoch, inControlledShutdown: 1 },
        },
        ...changesWithout(image, new Set([broker.id]), orderly),
      ]
    case 'fenced':
    case 'may stop':
      return [...changesWithout(image, new Set([broker.id]), orderly), fencedRecord(broker, true)]
  }
}

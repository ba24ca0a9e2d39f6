// The fields of a coordinator's record as people read them: times as ISO 8601, numbers that stand
// for states by their names, the consumer protocol inside a classic group's members opened, other
// bytes as base64. Everything else stays as it is.

import { base64Of } from '../../../lib/schemas/bytes-text.ts'
import { exactInteger } from '../../../lib/schemas/exact-json.ts'
import { instantOf } from '../../../lib/schemas/instant.ts'
import { decodeFrom } from '../../protocol/codec.ts'
import { includesVersion, type Message } from '../../protocol/definition.ts'
import { consumerProtocolAssignment } from '../../protocol/group-records/consumer-protocol-assignment.ts'
import { consumerProtocolSubscription } from '../../protocol/group-records/consumer-protocol-subscription.ts'
import { DecodeError, Reader } from '../../protocol/reader.ts'

/** As Kafka's enums name them; by record type and field. A number without a name is shown. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  'TransactionLog.transactionStatus': [
    'EMPTY',
    'ONGOING',
    'PREPARE_COMMIT',
    'PREPARE_ABORT',
    'COMPLETE_COMMIT',
    'COMPLETE_ABORT',
    'DEAD',
    'PREPARE_EPOCH_FENCE',
  ],
  'ConsumerGroupCurrentMemberAssignment.state': [
    'STABLE',
    'UNREVOKED_PARTITIONS',
    'UNRELEASED_PARTITIONS',
  ],
  'ShareGroupCurrentMemberAssignment.state': [
    'STABLE',
    'UNREVOKED_PARTITIONS',
    'UNRELEASED_PARTITIONS',
  ],
  // Counted from 1.
  'StreamsGroupCurrentMemberAssignment.state': [
    '',
    'STABLE',
    'UNREVOKED_TASKS',
    'UNRELEASED_TASKS',
  ],
  'ShareSnapshot.deliveryState': ['AVAILABLE', 'ACQUIRED', 'ACKNOWLEDGED', 'ARCHIVING', 'ARCHIVED'],
  'ShareUpdate.deliveryState': ['AVAILABLE', 'ACQUIRED', 'ACKNOWLEDGED', 'ARCHIVING', 'ARCHIVED'],
}

/** Bytes that hold a message of the consumer protocol, where the group speaks it. */
const EMBEDDED: Readonly<Record<string, Message>> = {
  'GroupMetadata.subscription': consumerProtocolSubscription,
  'GroupMetadata.assignment': consumerProtocolAssignment,
  'ConsumerGroupMemberMetadata.metadata': consumerProtocolSubscription,
}

/** `type`: the name of the record's type. The fields as decoding gave them. */
export function shownFields(type: string, fields: object): Record<string, unknown> {
  const { protocolType } = fields as { protocolType?: unknown }
  const isConsumer = protocolType === undefined || protocolType === 'consumer'
  const show = (name: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return isTime(name) ? timeOf(value) : exactInteger(value)
    if (typeof value === 'number') return STATES[`${type}.${name}`]?.[value] || value
    if (value instanceof Uint8Array) {
      const message = isConsumer ? EMBEDDED[`${type}.${name}`] : undefined
      return (message && embedded(message, value)) ?? base64Of(value)
    }
    if (Array.isArray(value)) return value.map((item) => show(name, item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([inner, one]) => [inner, show(inner, one)]),
    )
  }
  return show('', fields) as Record<string, unknown>
}

function isTime(name: string): boolean {
  return /timestamp(Ms)?$/i.test(name)
}

/** -1 stands for none, and stays. */
function timeOf(ms: bigint): string | number | bigint {
  const number = exactInteger(ms)
  if (typeof number === 'bigint' || number < 0 || number > 8.64e15) return number
  const seconds = Math.floor(number / 1000)
  return instantOf(seconds, (number - seconds * 1000) * 1e6)
}

/**
 * A version and the message in it; one that is newer than those known here is read as the newest
 * of them, as the consumer protocol asks (KIP-429). Undefined for bytes that are nothing of it.
 */
function embedded(message: Message, bytes: Uint8Array): unknown {
  if (bytes.length < 2) return undefined
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  const given = reader.int16()
  if (given < 0) return undefined
  const version = includesVersion(message.versions, given) ? given : message.versions.last
  try {
    const decoded = decodeFrom(reader, message, version) as object
    return { version: given, ...shownFields('ConsumerProtocol', decoded) }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

// OffsetDelete: an administrator takes away what a group has committed for some partitions, where
// no member of it may come to commit there again.

import { answer, type Decision } from '../coordination/state-machine.ts'
import { decodeFrom } from '../protocol/codec.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { consumerProtocolSubscription } from '../protocol/group-records/consumer-protocol-subscription.ts'
import { Reader } from '../protocol/reader.ts'
import { type ClassicGroup, metadataFor } from './classic-group.ts'
import { offsetRecord } from './group-records.ts'
import type { GroupChange, GroupsState } from './groups-machine.ts'

export interface OffsetDeleteCommand {
  readonly groupId: string
  /** Of topics that exist. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
}

/** `code` is the whole group's; a topic that its members subscribe to keeps what was committed. */
export interface OffsetsDeleted {
  readonly code: number
  readonly subscribed: ReadonlySet<string>
}

const CONSUMERS = 'consumer'
const VERSION_MAX = 3
const NO_TOPICS: ReadonlySet<string> = new Set()

/** A partition for which nothing was committed is as good as deleted. */
export function decideOffsetDelete(
  state: GroupsState,
  { groupId, partitions }: OffsetDeleteCommand,
): Decision<GroupChange, OffsetsDeleted> {
  const group = state.groups.get(groupId)
  const offsets = state.offsets.get(groupId)
  if (group === undefined && offsets === undefined) {
    return answer({ code: ErrorCode.GROUP_ID_NOT_FOUND, subscribed: NO_TOPICS })
  }
  const hasMembers = group !== undefined && group.state !== 'Empty'
  if (hasMembers && group.protocolType !== CONSUMERS) {
    return answer({ code: ErrorCode.NON_EMPTY_GROUP, subscribed: NO_TOPICS })
  }
  const named = new Set(partitions.map(({ topic }) => topic))
  const subscribed = hasMembers ? subscribedOf(group, named) : NO_TOPICS
  return {
    records: partitions
      .filter(({ topic, partition }) => {
        return !subscribed.has(topic) && offsets?.get(topic)?.has(partition) === true
      })
      .map(({ topic, partition }) => offsetRecord({ group: groupId, topic, partition }, null)),
    changes: [],
    replies: [],
    response: { code: ErrorCode.NONE, subscribed },
  }
}

/** Of the topics named, those that members subscribe to; all where one of them cannot be read. */
function subscribedOf(group: ClassicGroup, named: ReadonlySet<string>): ReadonlySet<string> {
  const subscribed = new Set<string>()
  for (const member of group.members.values()) {
    // Until a protocol is chosen, the member's first is what it would rather have.
    const protocol = group.protocolName ?? member.protocols[0]?.name ?? null
    const topics = topicsIn(metadataFor(member, protocol))
    if (topics === undefined) return named
    for (const topic of topics) subscribed.add(topic)
  }
  return subscribed
}

/** What clients wrote, and nobody has checked; later versions begin as the last known one does. */
function topicsIn(subscription: Buffer): readonly string[] | undefined {
  try {
    const reader = new Reader(subscription)
    const version = Math.min(reader.int16(), VERSION_MAX)
    return decodeFrom(reader, consumerProtocolSubscription, version).topics
  } catch {
    return undefined
  }
}

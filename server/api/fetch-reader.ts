// Who sends a Fetch request, by what it says of itself: a follower, a consumer that reads from
// the leader, or one that reads from whichever replica is nearest (KIP-392).

import type { Partition } from '../replication/partition.ts'
import type { Reader } from '../replication/read-partition.ts'
import { type ReplicaCandidate, selectorOf } from '../replication/replica-selector.ts'
import type { RequestOf } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const RACK_VERSION_MIN = 11
const REPLICA_STATE_VERSION_MIN = 15

type Request = RequestOf<'fetch'>

function replicaOf(request: Request, version: number): Reader['replica'] {
  if (version < REPLICA_STATE_VERSION_MIN) {
    return request.replicaId >= 0 ? { brokerId: request.replicaId, brokerEpoch: -1n } : undefined
  }
  const { replicaId, replicaEpoch } = request.replicaState
  return replicaId >= 0 ? { brokerId: replicaId, brokerEpoch: replicaEpoch } : undefined
}

/** `identity`: all that decides, beside what is asked, what the reader is answered. */
export function readerOf(
  request: Request,
  version: number,
  parts: BrokerParts,
): Reader & { identity: string } {
  const replica = replicaOf(request, version)
  if (replica !== undefined) {
    const identity = `${replica.brokerId}/${replica.brokerEpoch}`
    return { replica, readsFromFollowers: false, throttle: parts.leaderThrottle, identity }
  }
  const readsFromFollowers = version >= RACK_VERSION_MIN
  return {
    replica,
    readsFromFollowers,
    preferredReplica: readsFromFollowers ? preferenceOf(request.rackId, parts) : undefined,
    identity: `consumer/${request.rackId}`,
  }
}

/** Whether consumers are sent to followers, which then should know the watermark at once. */
export function followersServe(parts: BrokerParts): boolean {
  return selectorOf(parts.configs.text('replica.selector.class')) !== undefined
}

function preferenceOf(rackId: string, parts: BrokerParts): Reader['preferredReplica'] {
  const select = selectorOf(parts.configs.text('replica.selector.class'))
  if (select === undefined || rackId === '') return undefined
  return (partition: Partition, fetchOffset: bigint) => {
    const { metadata, brokerId } = parts
    const leader: ReplicaCandidate = {
      brokerId,
      rack: metadata.broker(brokerId)?.rack ?? null,
      logEndOffset: partition.log.logEndOffset,
      lagMs: 0,
    }
    const followers = partition.followersWith(fetchOffset).flatMap((follower) => {
      const broker = metadata.broker(follower.brokerId)
      return broker === undefined || broker.fenced ? [] : [{ ...follower, rack: broker.rack }]
    })
    const chosen = select(rackId, leader, followers)
    return chosen === leader ? -1 : chosen.brokerId
  }
}

// Which replica a consumer had better read from (KIP-392), as replica.selector.class has it.
//
// Kafka's own selectors are here under their names; others cannot be loaded.

/** A replica that could serve the consumer: in sync, and holding what it asks for. */
export interface ReplicaCandidate {
  readonly brokerId: number
  readonly rack: string | null
  readonly logEndOffset: bigint
  /** Since it had everything; 0 for the leader. */
  readonly lagMs: number
}

/** Answers one of the candidates or the leader. */
export type SelectReplica = (
  clientRack: string,
  leader: ReplicaCandidate,
  followers: readonly ReplicaCandidate[],
) => ReplicaCandidate

const PACKAGE = 'org.apache.kafka.common.replica.'

const SELECTORS: ReadonlyMap<string, SelectReplica | undefined> = new Map([
  // The leader always, as without a selector.
  [`${PACKAGE}LeaderSelector`, undefined],
  [`${PACKAGE}RackAwareReplicaSelector`, selectInRack],
])

/** undefined: consumers read from the leader. */
export function selectorOf(className: string | null): SelectReplica | undefined {
  return className === null ? undefined : SELECTORS.get(className.trim())
}

/** The leader when it stands in the client's rack or nobody does, else who has most of that rack. */
function selectInRack(
  clientRack: string,
  leader: ReplicaCandidate,
  followers: readonly ReplicaCandidate[],
): ReplicaCandidate {
  if (clientRack === '' || leader.rack === clientRack) return leader
  let best: ReplicaCandidate | undefined
  for (const follower of followers) {
    if (follower.rack !== clientRack) continue
    if (best === undefined || isBetter(follower, best)) best = follower
  }
  return best ?? leader
}

function isBetter(a: ReplicaCandidate, b: ReplicaCandidate): boolean {
  if (a.logEndOffset !== b.logEndOffset) return a.logEndOffset > b.logEndOffset
  if (a.lagMs !== b.lagMs) return a.lagMs < b.lagMs
  return a.brokerId > b.brokerId
}

// Where the replicas of new partitions go: leaders in turn over the brokers, followers where
// they are fewest, racks apart as far as there are racks.
//
// The first replica is the preferred leader and is always on a broker that serves; fenced
// brokers get followers only when there are not enough others. Differs from Kafka: followers
// go to the broker with the fewest replicas of this request, where Kafka shifts a stripe.

import type { BrokerState } from '../metadata/image-state.ts'
import type { Random } from '../runtime/runtime.ts'
import { type Refusal, refuse } from './decision.ts'

/** The replicas of `partitions` new partitions, leader first, or why they cannot be placed. */
export function placeReplicas(
  brokers: Iterable<BrokerState>,
  partitions: number,
  replicationFactor: number,
  random: Pick<Random, 'below'>,
): number[][] | Refusal {
  const usable = [...brokers].filter((broker) => !broker.inControlledShutdown)
  const refusal = checkCount(usable, replicationFactor)
  if (refusal !== undefined) return refusal
  const serving = alternateRacks(usable.filter((broker) => !broker.fenced))
  const fenced = alternateRacks(usable.filter((broker) => broker.fenced))
  const start = random.below(serving.length)
  const counts = new Map<number, number>()
  const placements: number[][] = []
  for (let partition = 0; partition < partitions; partition++) {
    const turn = (start + partition) % serving.length
    placements.push(placeOne(serving, fenced, turn, replicationFactor, counts))
  }
  return placements
}

function checkCount(usable: readonly BrokerState[], factor: number): Refusal | undefined {
  if (factor > usable.length) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${factor} time(s): only ${usable.length} broker(s) are registered.`,
    )
  }
  if (usable.every((broker) => broker.fenced)) {
    return refuse(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${factor} time(s): all brokers are fenced at the moment.`,
    )
  }
  return undefined
}

function placeOne(
  serving: readonly BrokerState[],
  fenced: readonly BrokerState[],
  turn: number,
  factor: number,
  counts: Map<number, number>,
): number[] {
  const candidates = [...serving.slice(turn), ...serving.slice(0, turn)]
  const chosen: BrokerState[] = []
  const take = (broker: BrokerState) => {
    chosen.push(broker)
    counts.set(broker.id, (counts.get(broker.id) ?? 0) + 1)
  }
  const leader = candidates.shift()
  if (leader !== undefined) take(leader)
  for (const pool of [candidates, [...fenced]]) {
    while (chosen.length < factor && pool.length > 0) take(takeBest(pool, chosen, counts))
  }
  return chosen.map((broker) => broker.id)
}

/** Takes out the broker in a rack that is not used yet, if any, with the fewest replicas. */
function takeBest(
  pool: BrokerState[],
  chosen: readonly BrokerState[],
  counts: ReadonlyMap<number, number>,
): BrokerState {
  const cost = (broker: BrokerState) => {
    const rackMates = chosen.filter((other) => sameRack(other, broker)).length
    return rackMates * 1e9 + (counts.get(broker.id) ?? 0)
  }
  let best = 0
  for (let index = 1; index < pool.length; index++) {
    if (cost(pool[index] as BrokerState) < cost(pool[best] as BrokerState)) best = index
  }
  return pool.splice(best, 1)[0] as BrokerState
}

/** Brokers without a rack stand in no common one. */
function sameRack(a: BrokerState, b: BrokerState): boolean {
  return a.rack !== null && a.rack === b.rack
}

/** Brokers by id, one of each rack in turn, so that neighbours stand in different racks. */
function alternateRacks(brokers: readonly BrokerState[]): BrokerState[] {
  const racks = new Map<string, BrokerState[]>()
  for (const broker of [...brokers].sort((a, b) => a.id - b.id)) {
    const rack = broker.rack ?? ''
    const members = racks.get(rack)
    if (members === undefined) racks.set(rack, [broker])
    else members.push(broker)
  }
  const columns = [...racks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members)
  const rows = Math.max(0, ...columns.map((members) => members.length))
  const order: BrokerState[] = []
  for (let row = 0; row < rows; row++) {
    for (const members of columns) {
      const broker = members[row]
      if (broker !== undefined) order.push(broker)
    }
  }
  return order
}

/** Checks a placement that a person chose. `factor`: that of the topic's other partitions. */
export function checkManualPlacement(
  registered: (id: number) => boolean,
  brokerIds: readonly number[],
  factor: number | undefined,
): Refusal | undefined {
  const fail = (message: string) => refuse('INVALID_REPLICA_ASSIGNMENT', message)
  if (brokerIds.length === 0) {
    return fail('The manual partition assignment includes an empty replica list.')
  }
  for (const [index, id] of brokerIds.entries()) {
    if (!registered(id)) {
      return fail(`The manual partition assignment includes broker ${id}, which is not registered.`)
    }
    if (brokerIds.indexOf(id) !== index) {
      return fail(`The manual partition assignment includes broker ${id} more than once.`)
    }
  }
  if (factor !== undefined && brokerIds.length !== factor) {
    return fail(
      `The manual partition assignment gives a partition ${brokerIds.length} replica(s), but the topic's other partitions have ${factor}.`,
    )
  }
  return undefined
}

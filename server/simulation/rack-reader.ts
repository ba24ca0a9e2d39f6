// A consumer that stands in a rack (KIP-392): it reads every partition of a topic from its start,
// from the replica that the leader sends it to, in fetch sessions (KIP-227), and notes what it is
// shown. Whenever a replica refuses it, it asks the leader again, as clients do.

import { ErrorCode } from '../protocol/errors.ts'
import { recordsOf } from '../records/records.ts'
import type { ShownHistory } from './checkers/shown.ts'
import type { SimulatedClient } from './client.ts'
import type { Tally } from './tally.ts'

const PAUSE_MS = 50
const WAIT_MS = 100
const PARTITION_BYTES_MAX = 3000
const NO_SESSION = 0
const INITIAL_EPOCH = 0
/** A preferred replica is asked for so long, then the leader: which is nearest may have changed. */
const PREFERRED_MS = 2000

interface ReadPartition {
  readonly index: number
  next: bigint
  /** Where to read instead of at the leader. */
  preferred: { broker: number; untilMs: number } | undefined
}

/** What the broker's session holds. */
interface Session {
  id: number
  epoch: number
  readonly held: Map<ReadPartition, bigint>
}

export interface ReaderPlace {
  readonly topic: string
  readonly partitions: number
  readonly rack: string
}

export class RackReader {
  running: Promise<void> | undefined
  private readonly client: SimulatedClient
  private readonly place: ReaderPlace
  private readonly history: ShownHistory
  private readonly tally: Tally
  private readonly partitions: readonly ReadPartition[]
  private readonly sessions = new Map<number, Session>()
  private stopped = false

  constructor(client: SimulatedClient, place: ReaderPlace, history: ShownHistory, tally: Tally) {
    this.client = client
    this.place = place
    this.history = history
    this.tally = tally
    this.partitions = Array.from({ length: place.partitions }, (_, index) => ({
      index,
      next: 0n,
      preferred: undefined,
    }))
  }

  start(): void {
    this.running = this.run()
  }

  /** Resolves when it has been shown everything before these offsets, one for each partition. */
  async finish(ends: readonly bigint[]): Promise<void> {
    while (!this.partitions.every(({ index, next }) => next >= (ends[index] ?? 0n))) {
      await this.client.pause(PAUSE_MS)
    }
    this.stopped = true
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      for (const [broker, partitions] of await this.byBroker()) {
        await this.fetchFrom(broker, partitions)
      }
      await this.client.pause(this.client.runtime.random.below(PAUSE_MS))
    }
  }

  private async byBroker(): Promise<Map<number, ReadPartition[]>> {
    const now = this.client.runtime.clock.monotonic()
    const groups = new Map<number, ReadPartition[]>()
    for (const partition of this.partitions) {
      if (partition.preferred !== undefined && partition.preferred.untilMs <= now) {
        partition.preferred = undefined
      }
      const broker = partition.preferred?.broker ?? (await this.leader(partition))
      if (broker === undefined) continue
      const group = groups.get(broker) ?? []
      groups.set(broker, [...group, partition])
    }
    return groups
  }

  private async leader({ index }: ReadPartition): Promise<number | undefined> {
    try {
      return await this.client.leader(this.place.topic, index)
    } catch {
      return undefined
    }
  }

  private async fetchFrom(broker: number, partitions: readonly ReadPartition[]): Promise<void> {
    const session = this.sessions.get(broker) ?? {
      id: NO_SESSION,
      epoch: INITIAL_EPOCH,
      held: new Map<ReadPartition, bigint>(),
    }
    this.sessions.set(broker, session)
    try {
      await this.fetch(broker, session, partitions)
    } catch {
      // Whether the broker saw the request is not known: a new session, and the leader's word.
      this.forget(session, partitions)
    }
  }

  private forget(session: Session, partitions: readonly ReadPartition[]): void {
    session.epoch = INITIAL_EPOCH
    session.held.clear()
    for (const partition of partitions) partition.preferred = undefined
    this.client.forgetLeaders()
  }

  private async fetch(
    broker: number,
    session: Session,
    partitions: readonly ReadPartition[],
  ): Promise<void> {
    const { topic, rack } = this.place
    const isFull = session.epoch === INITIAL_EPOCH
    const named = partitions.filter((one) => isFull || session.held.get(one) !== one.next)
    const dropped = [...session.held.keys()].filter((one) => !partitions.includes(one))
    for (const partition of named) session.held.set(partition, partition.next)
    for (const partition of dropped) session.held.delete(partition)
    const answer = await this.client.connection(broker).request(
      'fetch',
      {
        maxWaitMs: WAIT_MS,
        minBytes: 1,
        rackId: rack,
        sessionId: session.id,
        sessionEpoch: session.epoch,
        topics:
          named.length === 0 ? [] : [{ topic, partitions: named.map((one) => this.row(one)) }],
        forgottenTopicsData:
          dropped.length === 0 ? [] : [{ topic, partitions: dropped.map(({ index }) => index) }],
      },
      // The first that knows racks, and the last that names topics.
      { versionMin: 11, versionMax: 12 },
    )
    if (answer.errorCode !== ErrorCode.NONE) {
      if (answer.errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) session.id = NO_SESSION
      this.tally.note('fetch session refused')
      session.epoch = INITIAL_EPOCH
      session.held.clear()
      return
    }
    session.id = answer.sessionId
    session.epoch = answer.sessionId === NO_SESSION ? INITIAL_EPOCH : session.epoch + 1
    if (answer.sessionId === NO_SESSION) session.held.clear()
    for (const row of answer.responses[0]?.partitions ?? []) {
      const partition = this.partitions[row.partitionIndex]
      if (partition !== undefined) this.take(broker, partition, row)
    }
  }

  private row({ index, next }: ReadPartition) {
    return { partition: index, fetchOffset: next, partitionMaxBytes: PARTITION_BYTES_MAX }
  }

  private take(
    broker: number,
    partition: ReadPartition,
    row: { errorCode: number; preferredReadReplica: number; records: Buffer | null },
  ): void {
    if (row.errorCode !== ErrorCode.NONE) {
      partition.preferred = undefined
      this.client.forgetLeaders()
      return
    }
    if (row.preferredReadReplica >= 0) {
      const untilMs = this.client.runtime.clock.monotonic() + PREFERRED_MS
      partition.preferred = { broker: row.preferredReadReplica, untilMs }
      return
    }
    for (const record of recordsOf(row.records ?? Buffer.alloc(0))) {
      if (record.offset < partition.next) continue
      const { offset, timestamp } = record
      const key = record.key?.toString() ?? ''
      const value = record.value?.toString() ?? null
      this.history.show(partition.index, { offset, timestamp, key, value }, broker)
      partition.next = record.offset + 1n
      if (partition.preferred?.broker === broker) this.tally.note('record from a follower')
    }
  }
}

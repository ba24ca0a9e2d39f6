// A member of a consumer group, as a client of the classic protocol is: joins, is given
// partitions, reads where the group left off, commits ever higher offsets, and joins again, as a
// new member, whenever anything is in doubt. It reads no records; the group is what is tested.

import { ErrorCode } from '../protocol/errors.ts'
import type { GroupHistory } from './checkers/groups.ts'
import type { SimulatedClient } from './client.ts'

const GROUP = 'readers'
const SESSION_TIMEOUT_MS = 1500
const REBALANCE_TIMEOUT_MS = 2000
const PAUSE_MS = 100
const TURN_MS = 150

/** The group's partitions are those of one topic. */
export interface GroupTopic {
  readonly name: string
  readonly partitions: number
}

/** The request met an error, or no answer: whatever it was for is in doubt. */
class Doubt extends Error {}

interface Membership {
  readonly coordinator: number
  readonly memberId: string
  readonly generation: number
  readonly partitions: readonly number[]
}

export class SimulatedMember {
  running: Promise<void> | undefined
  private readonly client: SimulatedClient
  private readonly topic: GroupTopic
  private readonly history: GroupHistory
  private stopped = false

  constructor(client: SimulatedClient, topic: GroupTopic, history: GroupHistory) {
    this.client = client
    this.topic = topic
    this.history = history
  }

  start(): void {
    this.running = this.run()
  }

  stop(): void {
    this.stopped = true
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        const membership = await this.join()
        if (membership !== undefined) await this.work(membership)
      } catch {
        // No connection, no coordinator, or a member no longer: from the start.
      }
      await this.client.pause(PAUSE_MS)
    }
  }

  private async findCoordinator(): Promise<number> {
    const answer = await this.client
      .anyBroker()
      .request('findCoordinator', { keyType: 0, coordinatorKeys: [GROUP] }, { versionMin: 4 })
    const found = answer.coordinators[0]
    if (found === undefined || found.errorCode !== ErrorCode.NONE) throw new Doubt()
    return found.nodeId
  }

  private async join(): Promise<Membership | undefined> {
    const coordinator = await this.findCoordinator()
    let memberId = ''
    for (;;) {
      const joined = await this.client.connection(coordinator).request(
        'joinGroup',
        {
          groupId: GROUP,
          sessionTimeoutMs: SESSION_TIMEOUT_MS,
          rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
          memberId,
          protocolType: 'consumer',
          protocols: [{ name: 'in-turn', metadata: Buffer.alloc(0) }],
        },
        { timeoutMs: REBALANCE_TIMEOUT_MS + 3000 },
      )
      if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
        memberId = joined.memberId
        continue
      }
      if (joined.errorCode !== ErrorCode.NONE) return undefined
      const synced = await this.client.connection(coordinator).request(
        'syncGroup',
        {
          groupId: GROUP,
          generationId: joined.generationId,
          memberId: joined.memberId,
          protocolType: 'consumer',
          protocolName: 'in-turn',
          assignments:
            joined.leader === joined.memberId
              ? this.assign(joined.members.map((member) => member.memberId))
              : [],
        },
        { timeoutMs: REBALANCE_TIMEOUT_MS + 3000 },
      )
      if (synced.errorCode !== ErrorCode.NONE) return undefined
      const partitions = [...synced.assignment]
      const { generationId: generation } = joined
      this.history.assigned(generation, joined.memberId, partitions)
      return { coordinator, memberId: joined.memberId, generation, partitions }
    }
  }

  /** Partitions in turn; an assignment is one byte for each partition. */
  private assign(memberIds: readonly string[]) {
    return memberIds.map((memberId, turn) => ({
      memberId,
      assignment: Buffer.from(
        Array.from({ length: this.topic.partitions }, (_, index) => index).filter(
          (index) => index % memberIds.length === turn,
        ),
      ),
    }))
  }

  private async work(membership: Membership): Promise<void> {
    const positions = await this.committed(membership)
    while (!this.stopped) {
      await this.client.pause(this.client.runtime.random.below(TURN_MS))
      for (const [partition, position] of positions) {
        const next = position + 1n + BigInt(this.client.runtime.random.below(3))
        await this.commit(membership, partition, next)
        positions.set(partition, next)
      }
      if (!(await this.heartbeat(membership))) return
    }
  }

  private async committed({ coordinator, partitions }: Membership): Promise<Map<number, bigint>> {
    const since = this.history.mark()
    const { name } = this.topic
    const answer = await this.client.connection(coordinator).request(
      'offsetFetch',
      {
        groupId: GROUP,
        topics: [{ name, partitionIndexes: [...partitions] }],
      },
      { versionMin: 7, versionMax: 7 },
    )
    if (answer.errorCode !== ErrorCode.NONE) throw new Doubt()
    const positions = new Map<number, bigint>()
    for (const row of answer.topics[0]?.partitions ?? []) {
      if (row.errorCode !== ErrorCode.NONE) throw new Doubt()
      this.history.fetched(row.partitionIndex, row.committedOffset, since)
      positions.set(row.partitionIndex, row.committedOffset < 0n ? 0n : row.committedOffset)
    }
    return positions
  }

  private async commit(
    { coordinator, memberId, generation }: Membership,
    partition: number,
    offset: bigint,
  ): Promise<void> {
    const { name } = this.topic
    const answer = await this.client.connection(coordinator).request(
      'offsetCommit',
      {
        groupId: GROUP,
        generationIdOrMemberEpoch: generation,
        memberId,
        topics: [
          {
            name,
            partitions: [
              { partitionIndex: partition, committedOffset: offset, committedMetadata: '' },
            ],
          },
        ],
      },
      { versionMax: 9 },
    )
    if (answer.topics[0]?.partitions[0]?.errorCode !== ErrorCode.NONE) throw new Doubt()
    this.history.committed(partition, offset)
  }

  private async heartbeat({ coordinator, memberId, generation }: Membership): Promise<boolean> {
    const answer = await this.client.connection(coordinator).request('heartbeat', {
      groupId: GROUP,
      generationId: generation,
      memberId,
    })
    return answer.errorCode === ErrorCode.NONE
  }
}

// The group of a transcript: members by name, that join, sync, beat and commit when they are told
// to, and say what they were answered. A join that is not answered soon goes on waiting.

import { ErrorCode, errorName } from '../protocol/errors.ts'
import type { SimulatedClient } from './client.ts'

const GROUP = 'crew'
const PROTOCOL = 'in-turn'
const PARTITION = 0
const SESSION_TIMEOUT_MS = 20_000
const REBALANCE_TIMEOUT_MS = 20_000
const PATIENCE_MS = 500
const TRIES = 50

interface Member {
  /** Of its own: a request that waits holds up those that follow it on a connection. */
  readonly client: SimulatedClient
  memberId: string
  generation: number
  /** Members of the generation, as its leader was told; empty for the others. */
  led: readonly string[]
  /** What the join that is under way came to. */
  outcome: string | undefined
}

export class ScenarioGroup {
  private readonly clientOf: (name: string) => SimulatedClient
  private readonly client: SimulatedClient
  private readonly topic: string
  private readonly members = new Map<string, Member>()

  constructor(clientOf: (name: string) => SimulatedClient, topic: string) {
    this.clientOf = clientOf
    this.client = clientOf('onlooker')
    this.topic = topic
  }

  readonly commands = {
    join: ([name = '']: readonly string[]) => this.join(name),
    answer: ([name = '']: readonly string[]) => this.member(name).outcome ?? 'still waits',
    sync: ([name = '']: readonly string[]) => this.sync(name),
    beat: ([name = '']: readonly string[]) => this.beat(name),
    commit: ([name = '', offset = '0']: readonly string[]) => this.commit(name, BigInt(offset)),
    committed: () => this.committed(),
    group: () => this.describe(),
  }

  private member(name: string): Member {
    const known = this.members.get(name)
    if (known !== undefined) return known
    const client = this.clientOf(name)
    const made: Member = { client, memberId: '', generation: -1, led: [], outcome: undefined }
    this.members.set(name, made)
    return made
  }

  private nameOf(memberId: string): string {
    return [...this.members].find(([, member]) => member.memberId === memberId)?.[0] ?? '?'
  }

  private async find(): Promise<number> {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        const { coordinators } = await this.client
          .anyBroker()
          .request('findCoordinator', { keyType: 0, coordinatorKeys: [GROUP] }, { versionMin: 4 })
        const found = coordinators[0]
        if (found?.errorCode === ErrorCode.NONE) return found.nodeId
      } catch {
        // The broker that was asked does not run; another may.
      }
      await this.client.pause(100)
    }
    throw new Error('nobody coordinates the group')
  }

  private async join(name: string): Promise<string> {
    const member = this.member(name)
    member.outcome = undefined
    void this.joined(member).then(
      (outcome) => {
        member.outcome = outcome
      },
      (error: unknown) => {
        member.outcome = error instanceof Error ? error.name : 'failed'
      },
    )
    await this.client.pause(PATIENCE_MS)
    return member.outcome ?? `${name} waits`
  }

  private async joined(member: Member): Promise<string> {
    const coordinator = await this.find()
    for (;;) {
      const answer = await member.client.connection(coordinator).request(
        'joinGroup',
        {
          groupId: GROUP,
          sessionTimeoutMs: SESSION_TIMEOUT_MS,
          rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
          memberId: member.memberId,
          protocolType: 'consumer',
          protocols: [{ name: PROTOCOL, metadata: Buffer.alloc(0) }],
        },
        { timeoutMs: REBALANCE_TIMEOUT_MS + 3000 },
      )
      // As clients do: who is not known joins as a new member the next time.
      member.memberId = answer.errorCode === ErrorCode.UNKNOWN_MEMBER_ID ? '' : answer.memberId
      if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) continue
      if (answer.errorCode !== ErrorCode.NONE) return errorName(answer.errorCode)
      member.generation = answer.generationId
      member.led = answer.members.map(({ memberId }) => memberId)
      const leads = member.led.length > 0 ? `, leads ${member.led.length}` : ''
      return `broker ${coordinator}: in generation ${answer.generationId}${leads}`
    }
  }

  /** The leader gives the partition to itself, and nothing to the others. */
  private async sync(name: string): Promise<string> {
    const member = this.member(name)
    const answer = await member.client.connection(await this.find()).request('syncGroup', {
      groupId: GROUP,
      generationId: member.generation,
      memberId: member.memberId,
      protocolType: 'consumer',
      protocolName: PROTOCOL,
      assignments: member.led.map((memberId) => ({
        memberId,
        assignment: Buffer.from(memberId === member.memberId ? [PARTITION] : []),
      })),
    })
    if (answer.errorCode !== ErrorCode.NONE) return errorName(answer.errorCode)
    return answer.assignment.length > 0
      ? `${name} has partition ${[...answer.assignment].join(',')}`
      : `${name} has nothing`
  }

  private async beat(name: string): Promise<string> {
    const { client, memberId, generation } = this.member(name)
    const answer = await client
      .connection(await this.find())
      .request('heartbeat', { groupId: GROUP, generationId: generation, memberId })
    return errorName(answer.errorCode)
  }

  private async commit(name: string, committedOffset: bigint): Promise<string> {
    const { client, memberId, generation } = this.member(name)
    const partitions = [{ partitionIndex: PARTITION, committedOffset, committedMetadata: '' }]
    const answer = await client.connection(await this.find()).request(
      'offsetCommit',
      {
        groupId: GROUP,
        generationIdOrMemberEpoch: generation,
        memberId,
        topics: [{ name: this.topic, partitions }],
      },
      { versionMax: 9 },
    )
    return errorName(answer.topics[0]?.partitions[0]?.errorCode ?? -1)
  }

  private async committed(): Promise<string> {
    const answer = await this.client
      .connection(await this.find())
      .request(
        'offsetFetch',
        { groupId: GROUP, topics: [{ name: this.topic, partitionIndexes: [PARTITION] }] },
        { versionMin: 7, versionMax: 7 },
      )
    return `offset ${answer.topics[0]?.partitions[0]?.committedOffset}`
  }

  private async describe(): Promise<string> {
    const coordinator = await this.find()
    const answer = await this.client
      .connection(coordinator)
      .request('describeGroups', { groups: [GROUP] })
    const group = answer.groups[0]
    if (group === undefined) return 'no answer'
    const names = group.members.map(({ memberId }) => this.nameOf(memberId)).sort()
    return `broker ${coordinator}: ${group.groupState}, ${names.join(' and ') || 'nobody'}`
  }
}

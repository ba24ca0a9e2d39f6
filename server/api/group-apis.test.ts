// The handlers of the group APIs, each asked in every version that it serves, with requests and
// answers encoded and decoded as on the wire.

import { describe, expect, test } from 'vitest'
import type { GroupParts } from '../groups/ports.ts'
import { GroupWorld, pending } from '../groups/testing.ts'
import { decode, encode } from '../protocol/codec.ts'
import type { DataOf, InputOf, Message } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { type ApiName, type Apis, apis } from '../protocol/messages/index.ts'
import { offsetCommit } from './08-offset-commit.ts'
import { offsetFetch } from './09-offset-fetch.ts'
import { findCoordinator } from './10-find-coordinator.ts'
import { joinGroup } from './11-join-group.ts'
import { heartbeat } from './12-heartbeat.ts'
import { leaveGroup } from './13-leave-group.ts'
import { syncGroup } from './14-sync-group.ts'
import { describeGroups } from './15-describe-groups.ts'
import { listGroups } from './16-list-groups.ts'
import { deleteGroups } from './42-delete-groups.ts'
import { offsetDelete } from './47-offset-delete.ts'
import type { Handler } from './handler.ts'

const { NONE } = ErrorCode

/** Asks over the codec in one version; the answer is what a client of that version reads. */
async function ask<N extends ApiName>(
  world: GroupWorld,
  handler: Handler<N, GroupParts>,
  apiVersion: number,
  request: InputOf<Apis[N]['request']>,
): Promise<DataOf<Apis[N]['response']>> {
  const api = apis[handler.api]
  const requestMessage: Message = api.request
  const responseMessage: Message = api.response
  const decoded = decode(requestMessage, apiVersion, encode(requestMessage, apiVersion, request))
  const context = {
    ...world.caller(apiVersion),
    clientId: 'client',
    principal: 'User:ANONYMOUS',
    hold: () => () => undefined,
  }
  const parts = { groups: world.service, metadata: world.cluster.view() }
  const answer = pending(
    Promise.resolve(
      handler.handle(decoded as Parameters<typeof handler.handle>[0], context, parts),
    ),
  )
  await world.time.settle()
  expect(answer.value).toBeDefined()
  const bytes = encode(responseMessage, apiVersion, answer.value as InputOf<Message>)
  return decode(responseMessage, apiVersion, bytes) as DataOf<Apis[N]['response']>
}

function versionsOf(handler: { versions: { first: number; last: number } }): number[] {
  const { first, last } = handler.versions
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

const idOf = (world: GroupWorld, topic: string) => world.cluster.topics.get(topic)?.id ?? ''

describe.each(versionsOf(offsetCommit))('OffsetCommit %i', (version) => {
  const commit = async (
    world: GroupWorld,
    topic: string,
    partitions: { partitionIndex: number; committedMetadata: string | null }[],
    request: InputOf<Apis['offsetCommit']['request']> = {},
  ) => {
    const named = version >= 10 ? { topicId: idOf(world, topic) || ABSENT_ID } : { name: topic }
    const answer = await ask(world, offsetCommit, version, {
      groupId: 'group',
      ...request,
      topics: [
        { ...named, partitions: partitions.map((each) => ({ ...each, committedOffset: 5n })) },
      ],
    })
    return answer.topics[0]?.partitions.map(({ errorCode }) => errorCode)
  }

  test('answers each partition by itself', async () => {
    const world = await GroupWorld.start()
    const codes = await commit(world, 'a', [
      { partitionIndex: 0, committedMetadata: 'note' },
      { partitionIndex: 9, committedMetadata: null },
      { partitionIndex: 1, committedMetadata: 'x'.repeat(4_097) },
      { partitionIndex: 2, committedMetadata: null },
    ])
    expect(codes).toEqual([
      NONE,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.OFFSET_METADATA_TOO_LARGE,
      NONE,
    ])
    expect(await world.committed()).toEqual({ 'a-0': 5n, 'a-2': 5n })
  })

  test('does not know a topic that is not there', async () => {
    const world = await GroupWorld.start()
    const codes = await commit(world, 'absent', [{ partitionIndex: 0, committedMetadata: null }])
    expect(codes).toEqual([
      version >= 10 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ])
  })

  test('gives the error of the group to every valid partition', async () => {
    const world = await GroupWorld.start()
    const codes = await commit(
      world,
      'a',
      [
        { partitionIndex: 0, committedMetadata: null },
        { partitionIndex: 9, committedMetadata: null },
      ],
      { generationIdOrMemberEpoch: 4, memberId: 'ghost' },
    )
    expect(codes).toEqual([
      version >= 9 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ])
  })

  test('is refused by a broker that does not coordinate the group', async () => {
    const world = await GroupWorld.start()
    world.service.resign(0)
    const codes = await commit(world, 'a', [{ partitionIndex: 0, committedMetadata: null }])
    expect(codes).toEqual([ErrorCode.NOT_COORDINATOR])
  })
})

const ABSENT_ID = 'BBBBBBBBBBBBBBBBBBBBBA'

describe.each(versionsOf(offsetFetch))('OffsetFetch %i', (version) => {
  /** One group's answer, wherever the version puts it. */
  const fetch = async (
    world: GroupWorld,
    topics: { topic: string; partitions: number[] }[] | null,
  ) => {
    const named = (topic: string) =>
      version >= 10 ? { topicId: idOf(world, topic) || ABSENT_ID } : { name: topic }
    const asked =
      topics?.map(({ topic, partitions }) => ({
        ...named(topic),
        partitionIndexes: partitions,
      })) ?? null
    if (version >= 8) {
      const { groups } = await ask(world, offsetFetch, version, {
        groups: [
          { groupId: 'group', topics: asked },
          { groupId: 'other', topics: asked },
        ],
      })
      expect(groups.map(({ groupId }) => groupId)).toEqual(['group', 'other'])
      return groups[0]
    }
    return ask(world, offsetFetch, version, { groupId: 'group', topics: asked })
  }

  const committed = async () => {
    const world = await GroupWorld.start()
    await world.commit(5n)
    return world
  }

  test('answers what was committed, and -1 where nothing was', async () => {
    const answer = await fetch(await committed(), [{ topic: 'a', partitions: [0, 1] }])
    expect(answer?.errorCode).toBe(NONE)
    expect(answer?.topics[0]?.partitions).toEqual([
      {
        partitionIndex: 0,
        committedOffset: 5n,
        committedLeaderEpoch: version >= 5 ? 4 : -1,
        metadata: 'note',
        errorCode: NONE,
      },
      {
        partitionIndex: 1,
        committedOffset: -1n,
        committedLeaderEpoch: -1,
        metadata: '',
        errorCode: NONE,
      },
    ])
  })

  if (version >= 2)
    test('answers all topics when none are named', async () => {
      const world = await committed()
      const answer = await fetch(world, null)
      expect(answer?.topics).toHaveLength(1)
      expect(answer?.topics[0]).toMatchObject(
        version >= 10 ? { topicId: idOf(world, 'a') } : { name: 'a' },
      )
      expect(answer?.topics[0]?.partitions.map(({ committedOffset }) => committedOffset)).toEqual([
        5n,
      ])
    })

  if (version >= 10)
    test('does not know the id of a topic that is not there', async () => {
      const answer = await fetch(await committed(), [{ topic: 'absent', partitions: [0] }])
      expect(answer?.topics[0]).toMatchObject({
        topicId: ABSENT_ID,
        partitions: [{ committedOffset: -1n, errorCode: ErrorCode.UNKNOWN_TOPIC_ID }],
      })
    })

  test('puts the error of the group where the version has it', async () => {
    const world = await committed()
    world.service.resign(0)
    const answer = await fetch(world, [{ topic: 'a', partitions: [0] }])
    if (version === 1) {
      expect(answer?.topics[0]?.partitions[0]).toMatchObject({
        committedOffset: -1n,
        errorCode: ErrorCode.NOT_COORDINATOR,
      })
    } else {
      expect(answer).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR, topics: [] })
    }
  })
})

describe.each(versionsOf(findCoordinator))('FindCoordinator %i', (version) => {
  const find = async (world: GroupWorld, keyType = 0) => {
    if (version < 4) return ask(world, findCoordinator, version, { key: 'group', keyType })
    const { coordinators } = await ask(world, findCoordinator, version, {
      keyType,
      coordinatorKeys: ['group', 'other'],
    })
    expect(coordinators.map(({ key }) => key)).toEqual(['group', 'other'])
    return coordinators[0]
  }

  test('names the leader of the partition of the group', async () => {
    expect(await find(await GroupWorld.start())).toMatchObject({
      errorCode: NONE,
      nodeId: 1,
      host: 'broker.test',
      port: 9092,
    })
  })

  test('has the offsets topic made when there is none', async () => {
    const world = GroupWorld.withoutTopic()
    expect(await find(world)).toMatchObject({
      errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE,
      nodeId: -1,
      port: -1,
    })
    expect(world.topicRequests).toBe(version >= 4 ? 2 : 1)
  })

  test('knows no coordinator while the partition has no leader', async () => {
    const world = await GroupWorld.start()
    world.cluster.leader = -1
    world.cluster.addTopic('__consumer_offsets', 1)
    expect(await find(world)).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE })
  })

  if (version >= 1)
    test('has none for transactions yet, nor for what it does not know', async () => {
      const world = await GroupWorld.start()
      expect((await find(world, 1))?.errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
      expect((await find(world, 2))?.errorCode).toBe(ErrorCode.INVALID_REQUEST)
    })
})

describe.each(versionsOf(joinGroup))('JoinGroup %i', (version) => {
  const join = (world: GroupWorld, memberId = '', sessionTimeoutMs = 10_000) =>
    ask(world, joinGroup, version, {
      groupId: 'group',
      sessionTimeoutMs,
      memberId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from('topics') }],
    })

  test('lets a member in, through an id of its own from version 4 on', async () => {
    const world = await GroupWorld.start()
    let answer = await join(world)
    if (version >= 4) {
      expect(answer.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
      answer = await join(world, answer.memberId)
    }
    expect(answer).toMatchObject({
      errorCode: NONE,
      generationId: 1,
      protocolType: version >= 7 ? 'consumer' : null,
      protocolName: 'range',
      leader: answer.memberId,
      members: [{ memberId: answer.memberId, metadata: Buffer.from('topics') }],
    })
  })

  test('has no protocol in a refusal', async () => {
    const world = await GroupWorld.start()
    expect(await join(world, '', 1)).toMatchObject({
      errorCode: ErrorCode.INVALID_SESSION_TIMEOUT,
      generationId: -1,
      protocolName: version >= 7 ? null : '',
      members: [],
    })
    world.service.resign(0)
    expect((await join(world)).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })

  test('waits for nothing while the log is read', async () => {
    const world = await GroupWorld.start()
    world.service.resign(0)
    world.log.readFailures = 1
    world.service.becomeLeader(0, 1)
    expect((await join(world)).errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
  })
})

describe.each(versionsOf(syncGroup))('SyncGroup %i', (version) => {
  test('gives the assignment, or the error', async () => {
    const world = await GroupWorld.start()
    const joined = await world.joinAs()
    const memberId = joined.value?.memberId ?? ''
    const sync = (generationId: number, groupId = 'group') =>
      ask(world, syncGroup, version, {
        groupId,
        generationId,
        memberId,
        ...(version >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}),
        assignments: [{ memberId, assignment: Buffer.from('mine') }],
      })
    expect((await sync(7)).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect((await sync(1, '')).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
    expect((await sync(1, 'nowhere')).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await sync(1)).toMatchObject({
      errorCode: NONE,
      protocolType: version >= 5 ? 'consumer' : null,
      protocolName: version >= 5 ? 'range' : null,
      assignment: Buffer.from('mine'),
    })
    world.service.resign(0)
    expect((await sync(1)).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    world.log.readFailures = 1
    world.service.becomeLeader(0, 1)
    expect((await sync(1)).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })
})

describe.each(versionsOf(heartbeat))('Heartbeat %i', (version) => {
  test('answers where the member stands', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(2)
    const memberId = ids[0] ?? ''
    const beat = async (generationId: number, member = memberId, groupId = 'group') =>
      (await ask(world, heartbeat, version, { groupId, generationId, memberId: member })).errorCode
    expect(await beat(generation)).toBe(NONE)
    expect(await beat(generation + 1)).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(await beat(generation, 'ghost')).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await beat(generation, memberId, 'nowhere')).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(await beat(generation, memberId, '')).toBe(ErrorCode.INVALID_GROUP_ID)
    await world.leave({ memberId: ids[1] ?? '' })
    expect(await beat(generation)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    world.service.resign(0)
    expect(await beat(generation)).toBe(ErrorCode.NOT_COORDINATOR)
    world.log.readFailures = 1
    world.service.becomeLeader(0, 1)
    expect(await beat(generation)).toBe(NONE)
  })
})

describe.each(versionsOf(leaveGroup))('LeaveGroup %i', (version) => {
  test('answers for one member or for several', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(1)
    const leave = (memberId: string, groupId = 'group') =>
      ask(world, leaveGroup, version, {
        groupId,
        ...(version >= 3 ? { members: [{ memberId }] } : { memberId }),
      })
    const codeOf = (answer: Awaited<ReturnType<typeof leave>>) =>
      version >= 3 ? answer.members[0]?.errorCode : answer.errorCode
    expect(codeOf(await leave('ghost'))).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(codeOf(await leave('ghost', 'nowhere'))).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await leave('ghost', '')).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
    expect(codeOf(await leave(ids[0] ?? ''))).toBe(NONE)
    expect(await world.state()).toBe('Empty')
    world.service.resign(0)
    expect((await leave('ghost')).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})

describe.each(versionsOf(describeGroups))('DescribeGroups %i', (version) => {
  test('shows members with metadata and assignment, and groups that are not there', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(1)
    const { groups } = await ask(world, describeGroups, version, { groups: ['group', 'nowhere'] })
    expect(groups[0]).toMatchObject({
      errorCode: NONE,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        {
          memberId: ids[0],
          groupInstanceId: null,
          clientId: 'client',
          clientHost: '/127.0.0.1',
          memberMetadata: Buffer.from('topics'),
          memberAssignment: Buffer.from(`part of ${ids[0]}`),
        },
      ],
      authorizedOperations: -2147483648,
    })
    expect(groups[1]).toMatchObject({
      groupId: 'nowhere',
      groupState: 'Dead',
      errorCode: version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : NONE,
      errorMessage: version >= 6 ? 'Group nowhere not found.' : null,
    })
    world.service.resign(0)
    const lost = await ask(world, describeGroups, version, { groups: ['group'] })
    expect(lost.groups[0]?.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})

describe.each(versionsOf(listGroups))('ListGroups %i', (version) => {
  test('lists what the version can say', async () => {
    const world = await GroupWorld.start()
    await world.stableGroup(1)
    await world.commit(1n, { groupId: 'simple' })
    const all = await ask(world, listGroups, version, {})
    expect(all.groups).toEqual([
      {
        groupId: 'group',
        protocolType: 'consumer',
        groupState: version >= 4 ? 'Stable' : '',
        groupType: version >= 5 ? 'classic' : '',
      },
      {
        groupId: 'simple',
        protocolType: '',
        groupState: version >= 4 ? 'Empty' : '',
        groupType: version >= 5 ? 'classic' : '',
      },
    ])
    if (version >= 4) {
      const some = await ask(world, listGroups, version, { statesFilter: ['Empty'] })
      expect(some.groups.map(({ groupId }) => groupId)).toEqual(['simple'])
    }
    world.service.resign(0)
    world.log.readFailures = 1
    world.service.becomeLeader(0, 1)
    expect((await ask(world, listGroups, version, {})).errorCode).toBe(
      ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    )
  })
})

describe.each(versionsOf(deleteGroups))('DeleteGroups %i', (version) => {
  test('deletes empty groups, and no others', async () => {
    const world = await GroupWorld.start()
    await world.stableGroup(1)
    await world.commit(1n, { groupId: 'simple' })
    const { results } = await ask(world, deleteGroups, version, {
      groupsNames: ['group', 'simple', 'nowhere'],
    })
    expect(results).toEqual([
      { groupId: 'group', errorCode: ErrorCode.NON_EMPTY_GROUP },
      { groupId: 'simple', errorCode: NONE },
      { groupId: 'nowhere', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
    ])
  })
})

describe('OffsetDelete 0', () => {
  /** ConsumerProtocolSubscription 0 to topic `a`. */
  const subscription = '\0\0\0\0\0\u0001\0\u0001a\0\0\0\0'
  const partitions = (...indexes: number[]) => indexes.map((partitionIndex) => ({ partitionIndex }))
  const rows = (...codes: number[]) =>
    codes.map((errorCode, partitionIndex) => ({ partitionIndex, errorCode }))

  async function worldWithOffsets(protocol?: { protocolType: string; metadata: string }) {
    const world = await GroupWorld.start()
    const row = { partition: 0, offset: 5n, leaderEpoch: -1, metadata: '' }
    const offsets = ['a', 'b'].map((topic) => ({ ...row, topic }))
    if (protocol === undefined) {
      await world.commit(0n, { offsets })
      return world
    }
    const { protocolType, metadata } = protocol
    const { ids, generation } = await world.stableGroup(1, {
      protocolType,
      protocols: [['range', metadata]],
    })
    await world.commit(0n, { memberId: ids[0] ?? '', generationId: generation, offsets })
    return world
  }

  test('takes away what was committed for the partitions, and nothing else', async () => {
    const world = await worldWithOffsets()
    const answer = await ask(world, offsetDelete, 0, {
      groupId: 'group',
      topics: [{ name: 'a', partitions: partitions(0, 1) }],
    })
    expect(answer.errorCode).toBe(NONE)
    expect(answer.topics).toEqual([{ name: 'a', partitions: rows(NONE, NONE) }])
    expect(await world.committed()).toEqual({ 'b-0': 5n })
    await world.reload()
    expect(await world.committed()).toEqual({ 'b-0': 5n })
  })

  test('says of each partition that is not there that it is not', async () => {
    const world = await worldWithOffsets()
    const { topics } = await ask(world, offsetDelete, 0, {
      groupId: 'group',
      topics: [
        { name: 'a', partitions: [...partitions(0), { partitionIndex: 900 }] },
        { name: 'nowhere', partitions: partitions(0) },
      ],
    })
    expect(topics.map((topic) => topic.partitions.map(({ errorCode }) => errorCode))).toEqual([
      [NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ])
  })

  test.each([
    [
      'a topic that members subscribe to keeps it',
      subscription,
      [ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, NONE],
      { 'a-0': 5n },
    ],
    [
      'members whose subscription cannot be read keep all',
      'x',
      [ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC],
      { 'a-0': 5n, 'b-0': 5n },
    ],
  ])('%s', async (_, metadata, codes, left) => {
    const world = await worldWithOffsets({ protocolType: 'consumer', metadata })
    const { topics } = await ask(world, offsetDelete, 0, {
      groupId: 'group',
      topics: ['a', 'b'].map((name) => ({ name, partitions: partitions(0) })),
    })
    expect(topics.map((topic) => topic.partitions[0]?.errorCode)).toEqual(codes)
    expect(await world.committed()).toEqual(left)
  })

  test.each([
    ['connect', 'group', ErrorCode.NON_EMPTY_GROUP],
    ['consumer', 'nowhere', ErrorCode.GROUP_ID_NOT_FOUND],
  ])('refuses members of type %s and group %s as a whole', async (protocolType, groupId, code) => {
    const world = await worldWithOffsets({ protocolType, metadata: subscription })
    const answer = await ask(world, offsetDelete, 0, {
      groupId,
      topics: [{ name: 'a', partitions: partitions(0) }],
    })
    expect(answer).toMatchObject({ errorCode: code, topics: [] })
    expect(await world.committed()).toEqual({ 'a-0': 5n, 'b-0': 5n })
  })
})

import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { GroupWorld } from './testing.ts'

const { NONE, REBALANCE_IN_PROGRESS, UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION } = ErrorCode

describe('joining', () => {
  test('a new member is given an id and comes back with it', async () => {
    const world = await GroupWorld.start()
    const first = world.join()
    await world.time.settle()
    expect(first.value).toMatchObject({
      errorCode: ErrorCode.MEMBER_ID_REQUIRED,
      memberId: 'client-uuid1',
    })
    const second = world.join({ memberId: 'client-uuid1' })
    await world.time.settle()
    expect(second.value).toMatchObject({
      errorCode: NONE,
      generationId: 1,
      leader: 'client-uuid1',
      protocolName: 'range',
      protocolType: 'consumer',
      members: [{ memberId: 'client-uuid1', metadata: Buffer.from('topics') }],
    })
  })

  test('before version 4 a member is let in at once', async () => {
    const world = await GroupWorld.start()
    const joined = world.join({ version: 3 })
    await world.time.settle()
    expect(joined.value).toMatchObject({ errorCode: NONE, memberId: 'client-uuid1' })
  })

  test('the first rebalance waits for more members, each time that one comes', async () => {
    const world = await GroupWorld.start({ initialRebalanceDelayMs: 3_000 })
    const first = await world.joinAs()
    await world.time.advance(2_000)
    const second = await world.joinAs()
    await world.time.advance(2_000)
    expect([first.value, second.value]).toEqual([undefined, undefined])
    await world.time.advance(2_000)
    expect([first.value?.generationId, second.value?.generationId]).toEqual([1, 1])
    expect(first.value?.members).toHaveLength(2)
    expect(second.value?.members).toEqual([])
  })

  test('the first rebalance waits no longer than the rebalance time-out in all', async () => {
    const world = await GroupWorld.start({ initialRebalanceDelayMs: 3_000 })
    const first = await world.joinAs({ rebalanceTimeoutMs: 5_000 })
    await world.time.advance(2_500)
    await world.joinAs({ rebalanceTimeoutMs: 5_000 })
    await world.time.advance(2_000)
    await world.joinAs({ rebalanceTimeoutMs: 5_000 })
    expect(first.value).toBeUndefined()
    await world.time.advance(600)
    expect(first.value?.members).toHaveLength(3)
  })

  test('an id given out and never used holds up the others until its session ends', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(1)
    world.join({ sessionTimeoutMs: 6_000 })
    await world.time.settle()
    const again = world.join({ memberId: ids[0] ?? '' })
    await world.time.advance(5_000)
    expect(again.value).toBeUndefined()
    await world.time.advance(1_000)
    expect(again.value).toMatchObject({ errorCode: NONE, generationId: generation + 1 })
  })

  test('members vote for a protocol that all of them have', async () => {
    const world = await GroupWorld.start({ initialRebalanceDelayMs: 1_000 })
    const joins = await Promise.all([
      world.joinAs({ protocols: ['sticky', 'range', 'roundrobin'] }),
      world.joinAs({ protocols: ['roundrobin', 'range'] }),
      world.joinAs({ protocols: ['roundrobin', 'range', 'other'] }),
    ])
    await world.time.advance(3_000)
    expect(joins.map(({ value }) => value?.protocolName)).toEqual([
      'roundrobin',
      'roundrobin',
      'roundrobin',
    ])
  })

  test.each([
    ['another protocol type', { protocolType: 'connect' }],
    ['no protocol in common', { protocols: ['sticky'] }],
    ['no protocol at all', { protocols: [] }],
    ['no protocol type', { protocolType: '' }],
  ])('%s is inconsistent', async (_, options) => {
    const world = await GroupWorld.start()
    await world.stableGroup(1)
    const joined = world.join(options)
    await world.time.settle()
    expect(joined.value?.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })

  test('session time-outs have bounds, and a group must have a name', async () => {
    const world = await GroupWorld.start()
    const codes = await Promise.all(
      [{ sessionTimeoutMs: 5_999 }, { sessionTimeoutMs: 1_800_001 }, { groupId: '' }].map(
        async (options) => (await world.join(options).promise).errorCode,
      ),
    )
    expect(codes).toEqual([
      ErrorCode.INVALID_SESSION_TIMEOUT,
      ErrorCode.INVALID_SESSION_TIMEOUT,
      ErrorCode.INVALID_GROUP_ID,
    ])
  })

  test('a full group lets nobody in', async () => {
    const world = await GroupWorld.start({ groupSizeMax: 2 })
    await world.stableGroup(2)
    const third = await world.joinAs()
    expect(third.value?.errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED)
  })

  test('an unknown member id is refused, in a group and in none', async () => {
    const world = await GroupWorld.start()
    const nowhere = world.join({ memberId: 'ghost' })
    await world.time.settle()
    await world.stableGroup(1)
    const somewhere = world.join({ memberId: 'ghost' })
    await world.time.settle()
    expect([nowhere.value?.errorCode, somewhere.value?.errorCode]).toEqual([
      UNKNOWN_MEMBER_ID,
      UNKNOWN_MEMBER_ID,
    ])
  })

  test('a member that asks again with the same protocols gets the generation again', async () => {
    const world = await GroupWorld.start()
    const { ids, generation, leader } = await world.stableGroup(2)
    const follower = ids.find((id) => id !== leader) ?? ''
    const again = world.join({ memberId: follower })
    await world.time.settle()
    expect(again.value).toMatchObject({ errorCode: NONE, generationId: generation, members: [] })
    expect(await world.state()).toBe('Stable')
  })

  test.each(['follower with new metadata', 'leader'])(
    'a %s that joins again starts a rebalance',
    async (who) => {
      const world = await GroupWorld.start()
      const { ids, leader } = await world.stableGroup(2)
      const memberId = who === 'leader' ? leader : (ids.find((id) => id !== leader) ?? '')
      const again = world.join({
        memberId,
        protocols: who === 'leader' ? ['range'] : [['range', 'other topics']],
      })
      await world.time.settle()
      expect(again.value).toBeUndefined()
      expect(await world.state()).toBe('PreparingRebalance')
    },
  )

  test('a connection that closes releases its JoinGroup, and the member stays', async () => {
    const world = await GroupWorld.start()
    await world.stableGroup(1)
    const connection = new AbortController()
    const joining = await world.joinAs({ signal: connection.signal })
    expect(joining.value).toBeUndefined()
    connection.abort()
    await world.time.settle()
    expect(joining.value).toBeDefined()
    expect((await world.describe())?.members).toHaveLength(2)
  })
})

describe('a group of three', () => {
  test('joins, is assigned, loses a member and goes on', async () => {
    const world = await GroupWorld.start()
    const { ids, generation, leader, syncs } = await world.stableGroup(3)
    expect(ids).toHaveLength(3)
    expect(syncs.map((sync) => String(sync?.assignment))).toEqual(ids.map((id) => `part of ${id}`))
    expect(await world.state()).toBe('Stable')

    expect(await world.leave({ memberId: ids[2] ?? '' })).toEqual([NONE])
    expect(await world.state()).toBe('PreparingRebalance')
    expect(await world.heartbeat(ids[0] ?? '', generation)).toBe(REBALANCE_IN_PROGRESS)

    const rest = ids.slice(0, 2).map((memberId) => world.join({ memberId }))
    await world.time.settle()
    const next = await world.finishRebalance(rest)
    expect(next).toMatchObject({ generation: generation + 1, leader, ids: ids.slice(0, 2) })
    expect(await world.state()).toBe('Stable')
  })

  test('gets another leader when its leader leaves', async () => {
    const world = await GroupWorld.start()
    const { ids, leader } = await world.stableGroup(3)
    await world.leave({ memberId: leader })
    const rest = ids.filter((id) => id !== leader).map((memberId) => world.join({ memberId }))
    await world.time.settle()
    expect(rest[0]?.value?.leader).not.toBe(leader)
    expect(rest.map(({ value }) => value?.members?.length)).toEqual([2, 0])
  })

  test('is empty when all have left, and its next generation follows on', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(3)
    expect(await world.leave(...ids.map((memberId) => ({ memberId })))).toEqual([NONE, NONE, NONE])
    expect(await world.state()).toBe('Empty')
    await world.reload()
    const again = await world.joinAs()
    expect(again.value?.generationId).toBe(generation + 2)
  })

  test('goes on without a member that does not join again in time', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(3, {
      rebalanceTimeoutMs: 20_000,
      sessionTimeoutMs: 30_000,
    })
    const joining = ids.slice(0, 2).map((memberId) =>
      world.join({
        memberId,
        protocols: [['range', 'new']],
        rebalanceTimeoutMs: 20_000,
        sessionTimeoutMs: 30_000,
      }),
    )
    await world.time.advance(19_000)
    expect(joining.map(({ value }) => value)).toEqual([undefined, undefined])
    await world.time.advance(1_000)
    expect(joining.map(({ value }) => value?.generationId)).toEqual([
      generation + 1,
      generation + 1,
    ])
    expect(await world.heartbeat(ids[2] ?? '', generation)).toBe(UNKNOWN_MEMBER_ID)
  })
})

describe('assignments', () => {
  test('wait for the leader, then for the record to be committed', async () => {
    const world = await GroupWorld.start()
    const joins = await Promise.all([world.joinAs(), world.joinAs()])
    const first = world.join({ memberId: joins[0]?.value?.memberId ?? '' })
    await world.time.settle()
    const leader = first.value?.leader ?? ''
    const generation = first.value?.generationId ?? -1
    const follower =
      first.value?.members?.find(({ memberId }) => memberId !== leader)?.memberId ?? ''
    const waiting = world.sync(follower, generation)
    await world.time.settle()
    expect(waiting.value).toBeUndefined()
    world.log.hold()
    const leading = world.sync(leader, generation, { [follower]: 'f', [leader]: 'l' })
    await world.time.settle()
    expect([waiting.value, leading.value]).toEqual([undefined, undefined])
    world.log.release()
    await world.time.settle()
    expect([String(waiting.value?.assignment), String(leading.value?.assignment)]).toEqual([
      'f',
      'l',
    ])
  })

  test('are given again to a member that asks again', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(2)
    const again = world.sync(ids[1] ?? '', generation)
    await world.time.settle()
    expect(String(again.value?.assignment)).toBe(`part of ${ids[1]}`)
  })

  test('that cannot be recorded are not given', async () => {
    const world = await GroupWorld.start()
    const joined = await world.joinAs()
    const memberId = joined.value?.memberId ?? ''
    world.log.failures = [{ code: ErrorCode.NOT_ENOUGH_REPLICAS, written: false }]
    const sync = world.sync(memberId, 1, { [memberId]: 'mine' })
    await world.time.settle()
    expect(sync.value).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE })
    await world.time.advance(1_000)
    expect(await world.heartbeat(memberId, 1)).toBe(UNKNOWN_MEMBER_ID)
  })

  test('are refused for another generation, protocol, type or member', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(1)
    const memberId = ids[0] ?? ''
    const syncs = [
      world.sync(memberId, generation + 1),
      world.sync(memberId, generation, {}, { protocolName: 'sticky' }),
      world.sync(memberId, generation, {}, { protocolType: 'connect' }),
      world.sync('ghost', generation),
    ]
    await world.time.settle()
    expect(syncs.map(({ value }) => value?.errorCode)).toEqual([
      ILLEGAL_GENERATION,
      ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
      ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
      UNKNOWN_MEMBER_ID,
    ])
  })

  test('that wait are called off by the next rebalance', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(2)
    const joins = ids.map((memberId) => world.join({ memberId, protocols: [['range', 'new']] }))
    await world.time.settle()
    const { generationId = -1, leader } = joins[0]?.value ?? {}
    const follower = ids.find((id) => id !== leader) ?? ''
    const waiting = world.sync(follower, generationId)
    await world.time.settle()
    await world.leave({ memberId: leader ?? '' })
    expect(waiting.value).toMatchObject({ errorCode: REBALANCE_IN_PROGRESS })
  })

  test('that nobody asks for cost the membership', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(2, { sessionTimeoutMs: 1_000_000 })
    const joins = ids.map((memberId) =>
      world.join({ memberId, protocols: [['range', 'new']], sessionTimeoutMs: 1_000_000 }),
    )
    await world.time.settle()
    const { generationId = -1, leader } = joins[0]?.value ?? {}
    const follower = ids.find((id) => id !== leader) ?? ''
    const waiting = world.sync(follower, generationId)
    await world.time.advance(60_000)
    expect(waiting.value).toMatchObject({ errorCode: REBALANCE_IN_PROGRESS })
    expect((await world.describe())?.members?.map(({ memberId }) => memberId)).toEqual([follower])
  })
})

describe('sessions', () => {
  test('end without a heartbeat, and go on with one', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(2)
    await world.time.advance(9_000)
    expect(await world.heartbeat(ids[0] ?? '', generation)).toBe(NONE)
    await world.time.advance(2_000)
    expect((await world.describe())?.members?.map(({ memberId }) => memberId)).toEqual([ids[0]])
    expect(await world.heartbeat(ids[0] ?? '', generation)).toBe(REBALANCE_IN_PROGRESS)
    expect(await world.heartbeat(ids[1] ?? '', generation)).toBe(UNKNOWN_MEMBER_ID)
  })

  test('go on with a commit', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(1)
    const memberId = ids[0] ?? ''
    await world.time.advance(9_000)
    expect(await world.commit(1n, { memberId, generationId: generation })).toBe(NONE)
    await world.time.advance(9_000)
    expect(await world.state()).toBe('Stable')
    await world.time.advance(1_001)
    expect(await world.state()).toBe('Empty')
  })

  test('begin anew after a failover', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(2)
    await world.time.advance(9_000)
    await world.reload()
    await world.time.advance(9_000)
    expect(await world.heartbeat(ids[0] ?? '', generation)).toBe(NONE)
    await world.time.advance(1_000)
    expect((await world.describe())?.members).toHaveLength(1)
  })

  test('do not end while the member waits for the others', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(2, { sessionTimeoutMs: 30_000 })
    const waiting = world.join({ memberId: ids[0] ?? '', protocols: [['range', 'new']] })
    await world.time.advance(29_999)
    expect(waiting.value).toBeUndefined()
    await world.time.advance(1)
    expect(waiting.value).toMatchObject({ errorCode: NONE })
  })

  test('leave no timer behind in an empty group', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(3)
    expect(world.time.timersPending).toBe(1)
    await world.leave(...ids.map((memberId) => ({ memberId })))
    expect(world.time.timersPending).toBe(0)
  })
})

describe('leaving', () => {
  test('answers for each member by itself', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(1)
    const pendingId = world.join()
    await world.time.settle()
    expect(
      await world.leave(
        { memberId: 'ghost' },
        { memberId: pendingId.value?.memberId ?? '' },
        { groupInstanceId: 'nobody' },
        { memberId: ids[0] ?? '' },
      ),
    ).toEqual([UNKNOWN_MEMBER_ID, NONE, UNKNOWN_MEMBER_ID, NONE])
    expect(await world.state()).toBe('Empty')
  })

  test('is not known in a group that is not there', async () => {
    const world = await GroupWorld.start()
    expect(await world.leave({ memberId: 'x' })).toEqual([UNKNOWN_MEMBER_ID])
  })
})

test('a group that nobody ever joined in full is forgotten', async () => {
  const world = await GroupWorld.start()
  world.join({ sessionTimeoutMs: 6_000 })
  await world.time.settle()
  expect(await world.state()).toBe('Empty')
  await world.time.advance(6_000)
  expect(await world.state()).toBe('Dead')
})

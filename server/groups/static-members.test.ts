import { expect, test } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { GroupWorld } from './testing.ts'

const { NONE, FENCED_INSTANCE_ID, UNKNOWN_MEMBER_ID } = ErrorCode

/** A stable group of a static leader 'one' and a static follower 'two'. */
async function staticPair(options: { sessionTimeoutMs?: number } = {}) {
  const world = await GroupWorld.start({ initialRebalanceDelayMs: 100 })
  const joins = [
    world.join({ instanceId: 'one', ...options }),
    world.join({ instanceId: 'two', ...options }),
  ]
  await world.time.advance(200)
  const stable = await world.finishRebalance(joins)
  const [one = '', two = ''] = stable.ids
  return { world, one, two, generation: stable.generation }
}

test('static members need no second JoinGroup, and their ids begin with their instance', async () => {
  const { one, two, generation } = await staticPair()
  expect([one, two, generation]).toEqual(['one-uuid1', 'two-uuid2', 1])
})

test('a restarted member takes its place again without a rebalance', async () => {
  const { world, two, generation } = await staticPair()
  const back = world.join({ instanceId: 'two' })
  await world.time.settle()
  expect(back.value).toMatchObject({
    errorCode: NONE,
    generationId: generation,
    leader: 'one-uuid1',
    memberId: 'two-uuid3',
    members: [],
    skipAssignment: false,
  })
  expect(await world.state()).toBe('Stable')
  const sync = world.sync('two-uuid3', generation, {}, { instanceId: 'two' })
  await world.time.settle()
  expect(String(sync.value?.assignment)).toBe(`part of ${two}`)
})

test('its new id is recorded, so that another coordinator knows it', async () => {
  const { world, generation } = await staticPair()
  world.join({ instanceId: 'two' })
  await world.time.settle()
  await world.reload()
  expect(await world.heartbeat('two-uuid3', generation, 'two')).toBe(NONE)
})

test('a restarted leader sees the members and is told not to assign again', async () => {
  const { world, generation } = await staticPair()
  const back = world.join({ instanceId: 'one', version: 9 })
  await world.time.settle()
  expect(back.value).toMatchObject({
    generationId: generation,
    leader: 'one-uuid3',
    memberId: 'one-uuid3',
    skipAssignment: true,
  })
  expect(back.value?.members?.map(({ groupInstanceId }) => groupInstanceId)).toEqual(['one', 'two'])
})

test('before version 9 a restarted leader is not told that it leads', async () => {
  const { world, one } = await staticPair()
  const back = world.join({ instanceId: 'one', version: 8 })
  await world.time.settle()
  expect(back.value).toMatchObject({ leader: one, memberId: 'one-uuid3', members: [] })
  expect(back.value?.skipAssignment ?? false).toBe(false)
})

test('the old self is fenced from everything', async () => {
  const { world, two, generation } = await staticPair()
  world.join({ instanceId: 'two' })
  await world.time.settle()
  const old = { memberId: two, groupInstanceId: 'two' }
  const sync = world.sync(two, generation, {}, { instanceId: 'two' })
  const join = world.join({ memberId: two, instanceId: 'two' })
  await world.time.settle()
  expect([
    sync.value?.errorCode,
    join.value?.errorCode,
    await world.heartbeat(two, generation, 'two'),
    await world.commit(1n, { ...old, generationId: generation }),
    await world.leave(old),
  ]).toEqual([
    FENCED_INSTANCE_ID,
    FENCED_INSTANCE_ID,
    FENCED_INSTANCE_ID,
    FENCED_INSTANCE_ID,
    [FENCED_INSTANCE_ID],
  ])
  expect(await world.heartbeat(two, generation)).toBe(UNKNOWN_MEMBER_ID)
})

test('an old self that waits is told when it is replaced', async () => {
  const { world, one } = await staticPair()
  const waiting = world.join({ memberId: one, instanceId: 'one', protocols: [['range', 'new']] })
  await world.time.settle()
  expect(waiting.value).toBeUndefined()
  const replacing = world.join({ instanceId: 'one' })
  await world.time.settle()
  expect(waiting.value?.errorCode).toBe(FENCED_INSTANCE_ID)
  expect(replacing.value).toBeUndefined()
  expect(await world.state()).toBe('PreparingRebalance')
})

test('a member that restarts with another protocol starts a rebalance', async () => {
  const world = await GroupWorld.start()
  const first = world.join({ instanceId: 'one', protocols: ['range'] })
  await world.time.settle()
  await world.finishRebalance([first])
  const both = world.join({ instanceId: 'one', protocols: ['range', 'sticky'] })
  await world.time.settle()
  expect(both.value).toMatchObject({ generationId: 1, protocolName: 'range' })
  const other = world.join({ instanceId: 'one', protocols: ['sticky', 'range'] })
  await world.time.settle()
  expect(other.value).toMatchObject({ generationId: 2, protocolName: 'sticky' })
})

test('a member that restarts while assignments are made starts another rebalance', async () => {
  const world = await GroupWorld.start({ initialRebalanceDelayMs: 100 })
  const joins = [world.join({ instanceId: 'one' }), world.join({ instanceId: 'two' })]
  await world.time.advance(200)
  expect(await world.state()).toBe('CompletingRebalance')
  const back = world.join({ instanceId: 'two' })
  await world.time.settle()
  expect(await world.state()).toBe('PreparingRebalance')
  const leader = world.join({ instanceId: 'one', memberId: joins[0]?.value?.memberId ?? '' })
  await world.time.settle()
  expect([back.value?.generationId, leader.value?.generationId]).toEqual([2, 2])
})

test('an absent member keeps its place in a rebalance, until its session ends', async () => {
  const { world, one, generation } = await staticPair({ sessionTimeoutMs: 100_000 })
  const joining = world.join({
    memberId: one,
    instanceId: 'one',
    protocols: [['range', 'new']],
    sessionTimeoutMs: 100_000,
  })
  await world.time.advance(60_000)
  expect(joining.value).toMatchObject({ generationId: generation + 1 })
  expect(joining.value?.members?.map(({ groupInstanceId }) => groupInstanceId)).toEqual([
    'one',
    'two',
  ])
})

test('an operator removes a member by its instance id alone', async () => {
  const { world, one } = await staticPair()
  expect(await world.leave({ groupInstanceId: 'two' })).toEqual([NONE])
  const again = world.join({ memberId: one, instanceId: 'one' })
  await world.time.settle()
  expect(again.value?.members).toHaveLength(1)
})

test('a new id that cannot be recorded is not given', async () => {
  const { world, two, generation } = await staticPair()
  world.log.failures = [{ code: ErrorCode.NOT_ENOUGH_REPLICAS, written: false }]
  const back = world.join({ instanceId: 'two' })
  await world.time.settle()
  expect(back.value).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, memberId: '' })
  await world.time.advance(1_000)
  expect(await world.heartbeat(two, generation, 'two')).toBe(NONE)
})

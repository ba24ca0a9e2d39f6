import { describe, expect, test } from 'vitest'
import type { MetadataDelta } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { GroupWorld, pending } from './testing.ts'

const { NONE, UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS } = ErrorCode

function deltaOfDeleted(world: GroupWorld, ...names: string[]): MetadataDelta {
  return {
    topicsCreated: [],
    topicsDeleted: names
      .map((name) => world.cluster.topics.get(name))
      .filter((topic) => topic !== undefined),
    partitionsChanged: [],
    brokersChanged: [],
    configsChanged: [],
  }
}

const offset = (topic: string, partition: number, value: bigint) => ({
  topic,
  partition,
  offset: value,
  leaderEpoch: -1,
  metadata: '',
})

describe('a commit', () => {
  test('of a simple consumer makes the group, and survives a failover', async () => {
    const world = await GroupWorld.start()
    expect(await world.commit(7n)).toBe(NONE)
    expect(await world.state()).toBe('Empty')
    await world.reload()
    expect(await world.committed()).toEqual({ 'a-0': 7n })
    const outcome = pending(world.service.offsetsOf('group'))
    await world.time.settle()
    expect(outcome.value).toMatchObject({ code: 0 })
    const offsets =
      outcome.value !== undefined && 'response' in outcome.value
        ? outcome.value.response.get('a')?.get(0)
        : undefined
    expect(offsets).toMatchObject({ offset: 7n, leaderEpoch: 4, metadata: 'note' })
  })

  test('of a simple consumer is refused while the group has members', async () => {
    const world = await GroupWorld.start()
    await world.stableGroup(1)
    expect(await world.commit(7n)).toBe(UNKNOWN_MEMBER_ID)
    expect(await world.committed()).toEqual({})
  })

  test.each([
    [8, ILLEGAL_GENERATION],
    [9, ErrorCode.GROUP_ID_NOT_FOUND],
  ])(
    'with a generation is refused in a group that is not there (version %i)',
    async (apiVersion, code) => {
      const world = await GroupWorld.start()
      expect(await world.commit(7n, { memberId: 'm', generationId: 1, apiVersion })).toBe(code)
    },
  )

  test('is fenced by member and generation', async () => {
    const world = await GroupWorld.start()
    const { ids, generation } = await world.stableGroup(1)
    const memberId = ids[0] ?? ''
    const codes = [
      await world.commit(1n, { memberId, generationId: generation - 1 }),
      await world.commit(2n, { memberId: 'ghost', generationId: generation }),
      await world.commit(3n, { memberId, generationId: -1 }),
      await world.commit(4n, { memberId, groupInstanceId: 'nobody', generationId: generation }),
      await world.commit(5n, { memberId, generationId: generation }),
    ]
    expect(codes).toEqual([
      ILLEGAL_GENERATION,
      UNKNOWN_MEMBER_ID,
      ILLEGAL_GENERATION,
      UNKNOWN_MEMBER_ID,
      NONE,
    ])
    expect(await world.committed()).toEqual({ 'a-0': 5n })
  })

  test('is taken before a member joins again, and not between joining and assignment', async () => {
    const world = await GroupWorld.start()
    const { ids, generation, leader } = await world.stableGroup(2)
    const follower = ids.find((id) => id !== leader) ?? ''
    world.join({ memberId: leader })
    await world.time.settle()
    expect(await world.commit(1n, { memberId: follower, generationId: generation })).toBe(NONE)
    world.join({ memberId: follower })
    await world.time.settle()
    expect(await world.commit(2n, { memberId: follower, generationId: generation + 1 })).toBe(
      REBALANCE_IN_PROGRESS,
    )
    expect(await world.committed()).toEqual({ 'a-0': 1n })
  })

  test('shows only when it is committed in the log', async () => {
    const world = await GroupWorld.start()
    await world.commit(1n)
    world.log.hold()
    const committing = world.commit(2n)
    const reading = pending(world.committed())
    expect(await committing).toBeUndefined()
    expect(await reading.promise).toBeUndefined()
    world.log.release()
    expect(await world.committed()).toEqual({ 'a-0': 2n })
  })

  test('that fails is not seen again, unless it was written after all', async () => {
    const world = await GroupWorld.start()
    await world.commit(1n)
    world.log.failures = [{ code: ErrorCode.NOT_ENOUGH_REPLICAS, written: false }]
    expect(await world.commit(2n)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    expect(await world.commit(3n)).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    await world.time.advance(1_000)
    expect(await world.committed()).toEqual({ 'a-0': 1n })
    world.log.failures = [{ code: ErrorCode.REQUEST_TIMED_OUT, written: true }]
    expect(await world.commit(4n)).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    await world.time.advance(1_000)
    expect(await world.committed()).toEqual({ 'a-0': 4n })
  })
})

test('offsets of deleted topics go, those of others stay', async () => {
  const world = await GroupWorld.start()
  const many = Array.from({ length: 2_500 }, (_, i) => offset('a', i, 2n))
  await world.commit(0n, { offsets: [offset('a', 0, 1n), ...many, offset('b', 0, 3n)] })
  await world.commit(0n, { groupId: 'other', offsets: [offset('a', 0, 4n)] })
  world.service.onMetadata(deltaOfDeleted(world, 'a'))
  await world.time.settle()
  expect(await world.committed()).toEqual({ 'b-0': 3n })
  world.cluster.topics.delete('a')
  await world.reload()
  expect(await world.committed()).toEqual({ 'b-0': 3n })
  expect(await world.committed('other')).toEqual({})
})

test('offsets of a topic that is deleted while the partition loads go as well', async () => {
  const world = await GroupWorld.start()
  await world.commit(0n, { offsets: [offset('a', 0, 1n), offset('b', 0, 3n)] })
  world.service.resign(0)
  world.service.becomeLeader(0, 1)
  const delta = deltaOfDeleted(world, 'a')
  world.cluster.topics.delete('a')
  world.service.onMetadata(delta)
  await world.time.settle()
  expect(await world.committed()).toEqual({ 'b-0': 3n })
})

describe('deleting a group', () => {
  test('takes its offsets with it, for good', async () => {
    const world = await GroupWorld.start()
    const { ids } = await world.stableGroup(1)
    const many = Array.from({ length: 2_500 }, (_, i) => offset('a', i, BigInt(i)))
    await world.commit(0n, { memberId: ids[0] ?? '', generationId: 1, offsets: many })
    const early = pending(world.service.delete('group'))
    await world.time.settle()
    expect(early.value).toBe(ErrorCode.NON_EMPTY_GROUP)
    await world.leave({ memberId: ids[0] ?? '' })
    const deleted = pending(world.service.delete('group'))
    await world.time.settle()
    expect(deleted.value).toBe(NONE)
    expect(await world.state()).toBe('Dead')
    await world.reload()
    expect(await world.state()).toBe('Dead')
    expect(await world.committed()).toEqual({})
    const again = pending(world.service.delete('group'))
    await world.time.settle()
    expect(again.value).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  })

  test('works for a group that has nothing but offsets', async () => {
    const world = await GroupWorld.start()
    await world.commit(1n)
    const deleted = pending(world.service.delete('group'))
    await world.time.settle()
    expect([deleted.value, await world.state()]).toEqual([NONE, 'Dead'])
  })
})

test('groups are listed with what they have, by state and type', async () => {
  const world = await GroupWorld.start()
  await world.stableGroup(1)
  await world.commit(1n, { groupId: 'simple' })
  const list = async (states: string[], types: string[]) => {
    const outcome = pending(world.service.list({ states, types }))
    await world.time.settle()
    return outcome.value !== undefined && 'response' in outcome.value
      ? outcome.value.response.map(({ groupId }) => groupId)
      : outcome.value
  }
  expect(await list([], [])).toEqual(['group', 'simple'])
  expect(await list(['stable'], [])).toEqual(['group'])
  expect(await list(['Empty', 'Dead'], ['Classic'])).toEqual(['simple'])
  expect(await list([], ['consumer'])).toEqual([])
})

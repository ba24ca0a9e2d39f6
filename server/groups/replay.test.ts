// The state of a partition equals the replay of its log, whatever was asked of it, in whatever
// order, with whatever failures on the way.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createGroupsMachine, type GroupsState } from './groups-machine.ts'
import { recordedPart } from './recorded-part.ts'
import { GroupWorld } from './testing.ts'

/** The live state, as the world's one partition has it. */
function stateOf(world: GroupWorld): GroupsState | undefined {
  return world.service.stateOf(0)
}

const index = fc.nat(3)
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('join' as const), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('joinStatic' as const), index }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('sync' as const), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heartbeat' as const), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), index }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('commit' as const), index, simple: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.nat(20_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fail' as const), written: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

/** What each of four members believes of itself. */
interface Belief {
  memberId: string
  generation: number
  instanceId: string | null
}

async function run(world: GroupWorld, commands: readonly Command[]): Promise<void> {
  const beliefs: Belief[] = Array.from({ length: 4 }, () => ({
    memberId: '',
    generation: -1,
    instanceId: null,
  }))
  const beliefAt = (i: number) => beliefs[i] ?? { memberId: '', generation: -1, instanceId: null }

  const join = (belief: Belief, i: number) => {
    const joining = world.join({
      memberId: belief.memberId,
      instanceId: belief.instanceId,
      protocols: [['range', `topics of ${i}`]],
    })
    void joining.promise.then(({ errorCode, memberId, generationId }) => {
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
        belief.memberId = memberId ?? ''
        belief.generation = generationId ?? -1
      } else {
        belief.memberId = ''
      }
    })
  }

  for (const step of commands) {
    const belief = 'index' in step ? beliefAt(step.index) : beliefAt(-1)
    switch (step.do) {
      case 'join':
        join(belief, step.index)
        break
      case 'joinStatic':
        belief.instanceId = `static-${step.index}`
        belief.memberId = ''
        join(belief, step.index)
        break
      case 'sync':
        world.sync(
          belief.memberId,
          belief.generation,
          Object.fromEntries(beliefs.map(({ memberId }) => [memberId, `part of ${memberId}`])),
        )
        break
      case 'heartbeat':
        await world.heartbeat(belief.memberId, belief.generation, belief.instanceId)
        break
      case 'leave':
        await world.leave({ memberId: belief.memberId })
        break
      case 'commit':
        await world.commit(BigInt(step.index), {
          memberId: step.simple ? '' : belief.memberId,
          generationId: step.simple ? -1 : belief.generation,
          groupId: step.simple ? 'simple' : 'group',
        })
        break
      case 'delete':
        void world.service.delete(step.index === 0 ? 'simple' : 'group')
        break
      case 'advance':
        await world.time.advance(step.ms)
        break
      case 'fail':
        world.log.failures.push({ code: ErrorCode.REQUEST_TIMED_OUT, written: step.written })
        break
      case 'reload':
        await world.reload()
        break
    }
    await world.time.settle()
    if (stateOf(world) !== undefined) check(world)
  }
}

function check(world: GroupWorld): void {
  const live = stateOf(world)
  const machine = createGroupsMachine(silentLogger)
  const replayed = machine.create()
  for (const record of world.log.records) machine.replay(replayed, record)
  expect(live?.offsets).toEqual(replayed.offsets)
  for (const group of replayed.groups.values()) {
    const current = live?.groups.get(group.id)
    expect(current?.generation).toBeGreaterThanOrEqual(group.generation)
    if (current?.state === 'Stable' || current?.state === 'Empty') {
      expect(recordedPart(current)).toEqual(recordedPart(group))
    }
  }
  for (const group of live?.groups.values() ?? []) {
    if (group.state === 'Stable') expect(replayed.groups.has(group.id)).toBe(true)
    checkGroup(group)
  }
}

/** What holds in a group at any time. */
function checkGroup(group: NonNullable<ReturnType<GroupsState['groups']['get']>>): void {
  if (group.members.size > 0) expect(group.members.has(group.leaderId ?? '')).toBe(true)
  if (group.state === 'Empty') expect(group.members.size).toBe(0)
  if (group.state === 'PreparingRebalance') expect(group.joinDeadline).not.toBeNull()
  else if (group.members.size === 0) expect(group.state).toBe('Empty')
  for (const [instanceId, memberId] of group.staticMembers) {
    expect(group.members.get(memberId)?.instanceId).toBe(instanceId)
  }
  for (const member of group.members.values()) {
    if (member.join !== null) expect(group.state).toBe('PreparingRebalance')
    if (member.sync !== null) expect(group.state).toBe('CompletingRebalance')
    // Whoever is not waited upon has a session, so that no member stays for ever.
    if (member.join === null && member.sync === null) {
      expect(group.sessions.has(member.id)).toBe(true)
    }
  }
}

test('the state equals the replay of its log after any commands', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 60 }),
      fc.constantFrom(0, 3_000),
      async (commands, initialRebalanceDelayMs) => {
        const world = await GroupWorld.start({ initialRebalanceDelayMs })
        await run(world, commands)
        world.service.close()
        expect(world.time.timersPending).toBe(0)
      },
    ),
    { numRuns: 500 },
  )
})

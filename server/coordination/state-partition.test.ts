import { describe, expect, test } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { Decision, Outcome, StateMachine } from './state-machine.ts'
import { StatePartition } from './state-partition.ts'
import { MemoryLog, TestTime } from './testing.ts'

/** A list of words: each record appends one; `notes` are not recorded. */
interface Words {
  words: string[]
  notes: string[]
  discardedWith: number | null
}

function add(word: string) {
  return (state: Words): Decision<string, string> => ({
    records: [{ key: Buffer.from('w'), value: Buffer.from(word) }],
    changes: [`note ${word}`],
    replies: [],
    response: [...state.words, word].join(' '),
  })
}

const look = (state: Words): Decision<string, string> => ({
  records: [],
  changes: [],
  replies: [],
  response: state.words.join(' '),
})

function setUp(options: { commandsMax?: number; appendBytesMax?: number } = {}) {
  const time = new TestTime()
  const log = new MemoryLog()
  const states: Words[] = []
  const machine: StateMachine<Words, string> = {
    create: () => {
      const state: Words = { words: [], notes: [], discardedWith: null }
      states.push(state)
      return state
    },
    replay: (state, record) => state.words.push(String(record.value)),
    apply: (state, note) => state.notes.push(note),
    loaded: () => undefined,
    discard: (state, code) => {
      state.discardedWith = code
    },
  }
  const partition = new StatePartition<Words, string>({
    machine,
    clock: time,
    timers: time,
    log: silentLogger,
    options: { commandsMax: 100, appendBytesMax: 1_000, reloadDelayMs: 200, ...options },
  })
  return { time, log, partition, states }
}

async function opened(options?: Parameters<typeof setUp>[0]) {
  const world = setUp(options)
  world.partition.open(world.log)
  await world.time.settle()
  return world
}

/** The outcome as far as it is known now. */
function watch<T>(promise: Promise<Outcome<T>>) {
  const seen: { outcome?: Outcome<T> } = {}
  void promise.then((outcome) => {
    seen.outcome = outcome
  })
  return seen
}

describe('a state partition', () => {
  test('refuses commands by its phase', async () => {
    const { partition, log, time } = setUp()
    expect(await partition.submit(look)).toEqual({ code: ErrorCode.NOT_COORDINATOR })
    partition.open(log)
    expect(await partition.submit(look)).toEqual({ code: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS })
    await time.settle()
    const answer = watch(partition.submit(look))
    await time.settle()
    expect(answer.outcome).toEqual({ code: 0, response: '' })
    partition.close()
    expect(await partition.submit(look)).toEqual({ code: ErrorCode.NOT_COORDINATOR })
  })

  test('decides on what is under way, and answers in order when that is committed', async () => {
    const { partition, log, time } = await opened()
    log.hold()
    const first = watch(partition.submit(add('a')))
    await time.settle()
    const second = watch(partition.submit(add('b')))
    await time.settle()
    const reader = watch(partition.submit(look))
    await time.settle()
    expect([first.outcome, second.outcome, reader.outcome]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    log.release(1)
    await time.settle()
    expect(first.outcome).toEqual({ code: 0, response: 'a' })
    expect([second.outcome, reader.outcome]).toEqual([undefined, undefined])
    log.release()
    await time.settle()
    expect(second.outcome).toEqual({ code: 0, response: 'a b' })
    expect(reader.outcome).toEqual({ code: 0, response: 'a b' })
  })

  test('puts the commands of one turn into one append, up to its size', async () => {
    const { partition, log, time } = await opened({ appendBytesMax: 200 })
    for (const word of ['a', 'b', 'c']) void partition.submit(add(word))
    await time.settle()
    expect(log.appends).toBe(1)
    for (const word of ['d'.repeat(100), 'e'.repeat(100)]) void partition.submit(add(word))
    await time.settle()
    expect(log.appends).toBe(3)
  })

  test('refuses a command whose records fit into no append, and changes nothing', async () => {
    const { partition, log, time } = await opened()
    const tooLarge = watch(partition.submit(add('x'.repeat(2_000))))
    const next = watch(partition.submit(add('a')))
    await time.settle()
    expect(tooLarge.outcome).toEqual({ code: ErrorCode.UNKNOWN_SERVER_ERROR })
    expect(next.outcome).toEqual({ code: 0, response: 'a' })
    expect(log.records).toHaveLength(1)
  })

  test('refuses a command that throws, and no other', async () => {
    const { partition, time } = await opened()
    const bad = watch(
      partition.submit(() => {
        throw new Error('no decision')
      }),
    )
    const good = watch(partition.submit(add('a')))
    await time.settle()
    expect(bad.outcome).toEqual({ code: ErrorCode.UNKNOWN_SERVER_ERROR })
    expect(good.outcome).toEqual({ code: 0, response: 'a' })
  })

  test.each([
    ['NOT_ENOUGH_REPLICAS', 'COORDINATOR_NOT_AVAILABLE'],
    ['REQUEST_TIMED_OUT', 'COORDINATOR_NOT_AVAILABLE'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'COORDINATOR_NOT_AVAILABLE'],
    ['NOT_LEADER_OR_FOLLOWER', 'NOT_COORDINATOR'],
    ['KAFKA_STORAGE_ERROR', 'NOT_COORDINATOR'],
    ['MESSAGE_TOO_LARGE', 'UNKNOWN_SERVER_ERROR'],
  ] as const)('answers %s of its log as %s', async (failure, answer) => {
    const { partition, log, time } = await opened()
    log.failures = [{ code: ErrorCode[failure], written: false }]
    const seen = watch(partition.submit(add('a')))
    await time.settle()
    expect(seen.outcome).toEqual({ code: ErrorCode[answer] })
  })

  test.each([false, true])(
    'loads again after a failed append, whether it was written (%s) or not',
    async (written) => {
      const { partition, log, time, states } = await opened()
      void partition.submit(add('kept'))
      await time.settle()
      log.failures = [{ code: ErrorCode.REQUEST_TIMED_OUT, written }, undefined]
      log.hold()
      const failing = watch(partition.submit(add('lost')))
      await time.settle()
      const after = watch(partition.submit(add('later')))
      await time.settle()
      log.release()
      await time.settle()
      expect(failing.outcome).toEqual({ code: ErrorCode.COORDINATOR_NOT_AVAILABLE })
      expect(after.outcome).toEqual({ code: ErrorCode.COORDINATOR_NOT_AVAILABLE })
      expect(partition.currentPhase).toBe('loading')
      expect(states[0]?.discardedWith).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
      await time.advance(200)
      expect(partition.currentPhase).toBe('active')
      expect(partition.current?.words).toEqual(log.records.map(({ value }) => String(value)))
      expect(partition.current?.notes).toEqual([])
    },
  )

  test('tries again when its log cannot be read', async () => {
    const { partition, log, time } = setUp()
    log.readFailures = 2
    partition.open(log)
    await time.advance(200)
    expect(partition.currentPhase).toBe('loading')
    await time.advance(200)
    expect(partition.currentPhase).toBe('active')
  })

  test('refuses what waits when it is closed, and hears nothing of old appends', async () => {
    const { partition, log, time } = await opened()
    log.hold()
    const seen = watch(partition.submit(add('a')))
    await time.settle()
    const queued = watch(partition.submit(add('b')))
    partition.close()
    await time.settle()
    expect(seen.outcome).toEqual({ code: ErrorCode.NOT_COORDINATOR })
    expect(queued.outcome).toEqual({ code: ErrorCode.NOT_COORDINATOR })
    partition.open(log)
    await time.settle()
    log.release()
    await time.settle()
    expect(partition.current?.words).toEqual(['a'])
  })

  test('takes no more commands than it is told to', async () => {
    const { partition, log, time } = await opened({ commandsMax: 2 })
    log.hold()
    const first = watch(partition.submit(add('a')))
    const second = watch(partition.submit(look))
    expect(await partition.submit(look)).toEqual({ code: ErrorCode.COORDINATOR_NOT_AVAILABLE })
    log.release()
    await time.settle()
    expect([first.outcome?.code, second.outcome?.code]).toEqual([0, 0])
    const third = watch(partition.submit(look))
    await time.settle()
    expect(third.outcome).toEqual({ code: 0, response: 'a' })
  })
})

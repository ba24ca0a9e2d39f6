import { setMaxListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../runtime/logger.ts'
import { ApiError } from '../problem.ts'
import type { ReaderJob } from './protocol.ts'
import { ReaderPool } from './reader-pool.ts'

const job: ReaderJob = {
  kind: 'record',
  bootstrap: [],
  topic: 'a',
  partition: 0,
  offset: 0n,
  whole: false,
}
const tailJob: ReaderJob = {
  kind: 'tail',
  bootstrap: [],
  topic: 'a',
  partitions: undefined,
  rate: 1,
}
const pools: ReaderPool[] = []

/** A pool whose threads run `source`, which sees `parentPort` as `port`. */
function poolOf(source: string, threads = 1): ReaderPool {
  const code = `import { parentPort as port } from 'node:worker_threads'\n${source}`
  const entry = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  const pool = new ReaderPool({ threads, entry, log: silentLogger })
  pools.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

const codeOf = (error: unknown) => (error instanceof ApiError ? error.problem.code : error)
const open = (pool: ReaderPool, signal = new AbortController().signal) => pool.open(job, signal)

/** Sends portions as long as there is room, and at the end how many were sent when cancelled. */
const FLOOD = `
  let sent = 0, room = 4, cancelled = false
  const send = () => {
    while (room > 0 && !cancelled) {
      room--
      port.postMessage({ type: 'portion', id: 1, portion: { documents: [String(sent++)] } })
    }
  }
  port.on('message', (message) => {
    if (message.type === 'taken') room++
    if (message.type === 'cancel') cancelled = true
    send()
  })
`

describe('the reader pool', () => {
  it('fails the jobs of a thread that dies, and gives the next one a new thread', async () => {
    const pool = poolOf(`
      port.on('message', ({ id, job }) => {
        if (job.topic === 'deadly') process.exit(1)
        port.postMessage({ type: 'portion', id, portion: { documents: ['well'] } })
        port.postMessage({ type: 'end', id })
      })
    `)
    const signal = new AbortController().signal
    const deadly = pool.open({ ...job, topic: 'deadly' }, signal)
    expect(codeOf(await deadly.catch((error: unknown) => error))).toBe('reader_ended')
    expect(await (await open(pool)).next()).toEqual({ documents: ['well'] })
  })

  it('says so when the thread cannot even start', async () => {
    const pool = poolOf('throw new Error("broken")')
    expect(codeOf(await open(pool).catch((error: unknown) => error))).toBe('reader_ended')
  })

  it('takes no more from a thread than its reader takes, and stops it when the reader goes', async () => {
    const pool = poolOf(FLOOD)
    const leave = new AbortController()
    const stream = await open(pool, leave.signal)
    for (let at = 0; at < 10; at++) {
      expect(await stream.next()).toEqual({ documents: [String(at)] })
    }
    leave.abort()
    // What was on its way still comes; the end is the cancellation.
    let rest = 0
    for (;;) {
      const portion = await stream.next().catch(() => undefined)
      if (portion === undefined) break
      rest++
    }
    expect(rest).toBeLessThanOrEqual(4)
  })

  it('lets reads wait for a place, which a read that is given up leaves to the next', async () => {
    // Answers nothing but cancellations and the read of `late`, so that places stay taken.
    const pool = poolOf(`
      port.on('message', ({ type, id, job }) => {
        if (type === 'cancel' || job?.topic === 'late') port.postMessage({ type: 'end', id })
      })
    `)
    const leave = new AbortController()
    const held = Array.from({ length: 8 }, () => open(pool, leave.signal).catch(() => 'given up'))
    const impatient = new AbortController()
    const givenUp = open(pool, impatient.signal).catch((error: Error) => error.name)
    const late = pool.open({ ...job, topic: 'late' }, new AbortController().signal)
    impatient.abort()
    expect(await givenUp).toBe('CancelledError')
    leave.abort()
    expect(await Promise.all(held)).toEqual(Array.from({ length: 8 }, () => 'given up'))
    expect(await (await late).next()).toBeUndefined()
  })

  it('refuses more tails than it can hold', async () => {
    const pool = poolOf(`
      port.on('message', ({ id }) => {
        port.postMessage({ type: 'portion', id, portion: { documents: [] } })
      })
    `)
    const leave = new AbortController()
    setMaxListeners(200, leave.signal)
    const tails = Array.from({ length: 200 }, () => pool.open(tailJob, leave.signal))
    await Promise.all(tails)
    const refused = pool.open(tailJob, leave.signal)
    expect(codeOf(await refused.catch((error: unknown) => error))).toBe('busy')
    leave.abort()
    await pool.open(tailJob, new AbortController().signal)
  })
})

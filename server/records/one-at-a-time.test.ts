import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { giveBackFor, oneAtATime } from './one-at-a-time.ts'

const workers: Worker[] = []

/** A thread that runs `source`, which finds what `module` exports in `it` and its data in `data`. */
function threadOf(module: string, source: string, data: unknown): Worker {
  const from = new URL(module, import.meta.url).href
  const boot = `
    const { parentPort: port, workerData: data } = require('node:worker_threads')
    import('tsx/esm/api').then(async ({ register }) => {
      register()
      const it = await import(${JSON.stringify(from)})
      ${source}
    })`
  const worker = new Worker(boot, { eval: true, workerData: data })
  workers.push(worker)
  return worker
}

async function answersOf(threads: readonly Worker[]): Promise<unknown[]> {
  return Promise.all(
    threads.map(async (thread) => {
      const [answer] = await once(thread, 'message')
      return answer as unknown
    }),
  )
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

describe('one at a time', () => {
  it('holds over threads: a number that each of them reads, and writes later, loses nothing', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4))
    const rounds = 2_000
    const source = `
      for (let round = 0; round < data.rounds; round++) {
        it.oneAtATime(() => {
          const before = data.shared[0]
          for (let spin = 0; spin < 200; spin++) Math.sqrt(spin)
          data.shared[0] = before + 1
        })
      }
      port.postMessage('done')`
    const threads = [1, 2, 3].map(() => threadOf('./one-at-a-time.ts', source, { shared, rounds }))
    await answersOf(threads)
    expect(shared[0]).toBe(3 * rounds)
  })

  it('lets three threads use zstd side by side, each getting its own data back', async () => {
    const source = `
      const random = (seed) => () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32
      const next = random(data.seed)
      let wrong = 0
      for (let round = 0; round < 400; round++) {
        const bytes = Buffer.alloc(1 + Math.floor(next() * 60_000), 'thread ' + data.seed)
        for (let at = 0; at < bytes.length; at += 97) bytes[at] = Math.floor(next() * 256)
        const packed = it.compress(4, bytes, 1 + Math.floor(next() * 5))
        if (!it.decompress(4, packed).equals(bytes)) wrong++
      }
      port.postMessage(wrong)`
    const threads = [1, 2, 3].map((seed) => threadOf('./compression.ts', source, { seed }))
    expect(await answersOf(threads)).toEqual([0, 0, 0])
  })

  it('is given back for a thread that was ended in the middle', async () => {
    const source = `
      it.oneAtATime(() => {
        port.postMessage('held')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })`
    const thread = threadOf('./one-at-a-time.ts', source, {})
    const { threadId } = thread
    await answersOf([thread])
    await thread.terminate()
    giveBackFor(threadId)
    // Else it would wait until the lock counts as stuck, which is longer than this test may take.
    expect(oneAtATime(() => 'mine')).toBe('mine')
  }, 20_000)
})

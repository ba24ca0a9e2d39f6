import { expect, it } from 'vitest'
import { CommitQueue } from './commit-queue.ts'

function waiters(queue: CommitQueue, offsets: bigint[]) {
  const done: [bigint, number][] = []
  const cancels = offsets.map((offset) => queue.add(offset, (code) => done.push([offset, code])))
  return { done, cancels }
}

it('releases those whose offset lies below the watermark, in the order of offsets', () => {
  const queue = new CommitQueue()
  const { done } = waiters(queue, [5n, 9n, 7n])
  queue.release(5n, 0)
  expect(done).toEqual([])
  queue.release(8n, 0)
  expect(done).toEqual([
    [5n, 0],
    [7n, 0],
  ])
  queue.release(100n, 20)
  expect(done.at(-1)).toEqual([9n, 20])
  expect(queue.length).toBe(0)
})

it('does not call those that gave up', () => {
  const queue = new CommitQueue()
  const { done, cancels } = waiters(queue, [1n, 2n, 3n])
  cancels[1]?.()
  cancels[1]?.()
  expect(queue.length).toBe(2)
  queue.releaseAll(6)
  expect(done).toEqual([
    [1n, 6],
    [3n, 6],
  ])
  cancels[0]?.()
  expect(queue.length).toBe(0)
})

it('does not keep thousands that gave up while the watermark stands still', () => {
  const queue = new CommitQueue()
  const { done } = waiters(queue, [1n])
  for (let i = 0; i < 5000; i++) queue.add(10n, () => done.push([10n, 0]))()
  expect(queue.length).toBe(1)
  queue.release(11n, 0)
  expect(done).toEqual([[1n, 0]])
})

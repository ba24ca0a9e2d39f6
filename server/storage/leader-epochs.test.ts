import { expect, it } from 'vitest'
import { LeaderEpochs } from './leader-epochs.ts'

function epochsOf(...entries: [epoch: number, startOffset: bigint][]): LeaderEpochs {
  const epochs = new LeaderEpochs()
  for (const [epoch, startOffset] of entries) epochs.assign(epoch, startOffset)
  return epochs
}

it('forgets later epochs that a write in an older one contradicts, and not where that began', () => {
  const epochs = epochsOf([0, 0n], [1, 100n], [2, 200n])
  epochs.assign(1, 250n)
  expect(epochs.all()).toEqual([
    { epoch: 0, startOffset: 0n },
    { epoch: 1, startOffset: 100n },
  ])
})

it('replaces an epoch in which nothing was written', () => {
  const epochs = epochsOf([0, 0n], [1, 100n])
  epochs.assign(2, 100n)
  expect(epochs.all()).toEqual([
    { epoch: 0, startOffset: 0n },
    { epoch: 2, startOffset: 100n },
  ])
})

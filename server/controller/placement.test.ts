import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BrokerState } from '../metadata/image-state.ts'
import { isRefusal } from './decision.ts'
import { checkManualPlacement, placeReplicas } from './placement.ts'

function brokerOf(id: number, rack: string | null = null, fenced = false): BrokerState {
  return {
    id,
    rack,
    fenced,
    epoch: BigInt(id),
    host: 'localhost',
    port: 9092,
    incarnationId: 'AAAAAAAAAAAAAAAAAAAAAg',
    endpoints: [],
    features: [],
    logDirectories: [],
    inControlledShutdown: false,
  }
}

function placed(brokers: BrokerState[], partitions: number, factor: number, start = 0): number[][] {
  const result = placeReplicas(brokers, partitions, factor, { below: (most) => start % most })
  if (isRefusal(result)) throw new Error(result.message)
  return result
}

function spread(ids: readonly number[], brokers: readonly BrokerState[]): number {
  const counts = brokers.map((broker) => ids.filter((id) => id === broker.id).length)
  return Math.max(...counts) - Math.min(...counts)
}

const cluster = fc.record({
  brokers: fc.integer({ min: 1, max: 9 }),
  factor: fc.integer({ min: 1, max: 9 }),
  partitions: fc.integer({ min: 1, max: 60 }),
  start: fc.nat(100),
})

describe('placement of replicas', () => {
  it('gives every broker the same number of leaders and of replicas, but for one', () => {
    fc.assert(
      fc.property(cluster, ({ brokers: count, factor, partitions, start }) => {
        fc.pre(factor <= count)
        const brokers = Array.from({ length: count }, (_, index) => brokerOf(index + 1))
        const placements = placed(brokers, partitions, factor, start)
        expect(placements).toHaveLength(partitions)
        for (const replicas of placements) expect(new Set(replicas).size).toBe(factor)
        const leaders = placements.map((replicas) => replicas[0] ?? -1)
        expect(spread(leaders, brokers)).toBeLessThanOrEqual(1)
        expect(spread(placements.flat(), brokers)).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('puts the replicas of a partition into different racks while there are enough', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(100),
        (racks, factor, start) => {
          fc.pre(factor <= racks.length)
          const brokers = racks.map((rack, index) => brokerOf(index, rack))
          const rackCount = new Set(racks).size
          for (const replicas of placed(brokers, 20, factor, start)) {
            const used = new Set(replicas.map((id) => racks[id]))
            expect(used.size).toBe(Math.min(factor, rackCount))
          }
        },
      ),
    )
  })

  it('leads from brokers that serve, and uses fenced ones only where it must', () => {
    const brokers = [brokerOf(1), brokerOf(2), brokerOf(3, null, true)]
    for (const replicas of placed(brokers, 6, 2)) expect(replicas).not.toContain(3)
    for (const replicas of placed(brokers, 6, 3)) expect(replicas[2]).toBe(3)
  })

  it('refuses more replicas than there are brokers, and a cluster that serves nobody', () => {
    const random = { below: () => 0 }
    expect(placeReplicas([brokerOf(1)], 1, 2, random)).toMatchObject({ code: 38 })
    expect(placeReplicas([brokerOf(1, null, true)], 1, 1, random)).toMatchObject({ code: 38 })
    expect(placeReplicas([], 1, 1, random)).toMatchObject({ code: 38 })
  })
})

describe('a placement by hand', () => {
  const registered = (id: number) => id <= 3

  it('is accepted when its brokers exist, once each, as many as elsewhere', () => {
    expect(checkManualPlacement(registered, [3, 1], 2)).toBeUndefined()
    expect(checkManualPlacement(registered, [3, 1, 2], undefined)).toBeUndefined()
  })

  it.each([
    ['nobody', [], undefined],
    ['a broker that is not there', [1, 4], undefined],
    ['a broker twice', [1, 1], undefined],
    ['another number of brokers than elsewhere', [1, 2], 3],
  ])('is refused when it names %s', (_what, brokers, factor) => {
    expect(checkManualPlacement(registered, brokers, factor)).toMatchObject({ code: 39 })
  })
})

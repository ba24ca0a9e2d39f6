import { describe, expect, it } from 'vitest'
import { Stops } from './stops.ts'

describe('what has to be stopped', () => {
  it('is stopped once, the last started first', async () => {
    const order: string[] = []
    const stops = new Stops()
    stops.add(async () => void order.push('first'))
    stops.add(async () => void order.push('second'))
    expect(stops.begun).toBe(false)
    await Promise.all([stops.run(), stops.run()])
    expect(stops.begun).toBe(true)
    expect(order).toEqual(['second', 'first'])
  })

  it('is stopped whole, though one part fails', async () => {
    const order: string[] = []
    const stops = new Stops()
    stops.add(async () => void order.push('first'))
    stops.add(async () => {
      throw new Error('stuck')
    })
    await expect(stops.run()).rejects.toThrow('stuck')
    expect(order).toEqual(['first'])
  })
})

import { describe, expect, it } from 'vitest'
import { describeDisk } from '../runtime/disk.suite.ts'
import { SimulatedDisk } from './disk.ts'
import { RandomStream } from './random.ts'
import { type Life, Scheduler } from './scheduler.ts'

/** Virtual time that moves by itself, for tests that await a sync without running a world. */
class ImpatientScheduler extends Scheduler {
  override plan(delayMs: number, life: Life | undefined, run: () => void) {
    const planned = super.plan(delayMs, life, run)
    setImmediate(() => void this.runFor(delayMs))
    return planned
  }
}

describeDisk('simulated', () => {
  const disk = new SimulatedDisk(new RandomStream('disk'))
  const port = disk.portOf({ name: 'node', ended: false }, new ImpatientScheduler())
  port.makeFolder('/data')
  return { disk: port, folder: '/data', remove: () => undefined }
})

describe('a power cut', () => {
  const run = async (seed: string) => {
    const disk = new SimulatedDisk(new RandomStream(seed))
    const scheduler = new ImpatientScheduler()
    const port = disk.portOf({ name: 'node', ended: false }, scheduler)
    port.makeFolder('/data')
    const file = port.open('/data/log', 'create')
    file.write([Buffer.from('synced.')], 0)
    await file.sync()
    for (const [i, text] of ['aaaa', 'bbbb', 'cccc'].entries()) {
      file.write([Buffer.from(text)], 7 + 4 * i)
    }
    disk.endLife('power')
    const after = disk.portOf({ name: 'node', ended: false }, scheduler).readSmall('/data/log')
    return after?.toString() ?? ''
  }

  it('keeps what was synced and loses a suffix of the rest, at times in the middle of a write', async () => {
    const outcomes = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const outcome = await run(`seed-${i}`)
      expect('synced.aaaabbbbcccc'.startsWith(outcome)).toBe(true)
      expect(outcome.startsWith('synced.')).toBe(true)
      outcomes.add(outcome)
    }
    expect(outcomes.has('synced.')).toBe(true)
    expect(outcomes.has('synced.aaaabbbbcccc')).toBe(true)
    expect([...outcomes].some((text) => (text.length - 7) % 4 !== 0)).toBe(true)
  })

  it('does not touch what a killed process had written', async () => {
    const disk = new SimulatedDisk(new RandomStream('x'))
    const port = disk.portOf({ name: 'node', ended: false }, new Scheduler())
    port.makeFolder('/data')
    port.open('/data/log', 'create').write([Buffer.from('unsynced')], 0)
    disk.endLife('process')
    expect(port.readSmall('/data/log')?.toString()).toBe('unsynced')
  })

  it('may forget a file whose folder was never synced, and none whose folder was', async () => {
    let forgotten = 0
    for (let i = 0; i < 50; i++) {
      const disk = new SimulatedDisk(new RandomStream(`names-${i}`))
      const port = disk.portOf({ name: 'node', ended: false }, new ImpatientScheduler())
      port.makeFolder('/data')
      port.open('/data/kept', 'create')
      await port.syncFolder('/data')
      port.open('/data/new', 'create')
      disk.endLife('power')
      expect(port.exists('/data/kept')).toBe(true)
      if (!port.exists('/data/new')) forgotten++
    }
    expect(forgotten).toBeGreaterThan(0)
    expect(forgotten).toBeLessThan(50)
  })
})

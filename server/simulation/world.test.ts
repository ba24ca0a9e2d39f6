import { describe, expect, it } from 'vitest'
import type { Connection } from '../runtime/runtime.ts'
import { World } from './world.ts'

/** Two nodes that send numbered lines to each other for a second; answers what arrived and when. */
async function talk(seed: string, disturb?: (world: World) => void) {
  const world = new World({ seed })
  const received: string[] = []
  const closed: string[] = []
  const a = world.start('a')
  const b = world.start('b')
  await a.network.listen({
    host: 'a',
    port: 1,
    onConnection: (connection) => {
      connection.onData = (chunk) => {
        received.push(chunk.toString())
        world.record(chunk.toString())
      }
      connection.onClose = (error) => closed.push(`a ${error?.code ?? 'in order'}`)
    },
  })
  const connection: Connection = b.network.connect({ host: 'a', port: 1, timeoutMs: 1000 })
  connection.onClose = (error) => closed.push(`b ${error?.code ?? 'in order'}`)
  let count = 0
  const send = () => {
    connection.write([Buffer.from(`${count++};`)])
    b.timers.after(1 + b.random.below(10), send)
  }
  send()
  await world.scheduler.runFor(500)
  disturb?.(world)
  await world.scheduler.runFor(10_000)
  return { received: received.join(''), closed, count, fingerprint: world.fingerprint }
}

describe('a simulated world', () => {
  it('does the same twice with one seed, and something else with another', async () => {
    const first = await talk('one')
    const again = await talk('one')
    const other = await talk('two')
    expect(again).toEqual(first)
    expect(other.fingerprint).not.toBe(first.fingerprint)
  })

  it('delivers a stream in order however its chunks are split', async () => {
    const { received } = await talk('order')
    const numbers = received.split(';').slice(0, -1).map(Number)
    expect(numbers.length).toBeGreaterThan(100)
    expect(numbers).toEqual(numbers.map((_, i) => i))
  })

  it('tells both ends when a peer is killed or cannot be reached', async () => {
    const killed = await talk('kill', (world) => world.kill('a'))
    expect(killed.closed).toEqual(['b ECONNRESET'])
    const cut = await talk('cut', (world) => world.network.cutBothWays('a', 'b'))
    expect(cut.closed.sort()).toEqual(['a ECONNRESET', 'b ECONNRESET'])
  })

  it('breaks connections in the middle of what is sent when told to', async () => {
    const { closed } = await talk('reset', (world) => {
      world.network.faults = { ...world.network.faults, resetChance: 0.05 }
    })
    expect(closed.sort()).toEqual(['a ECONNRESET', 'b ECONNRESET'])
  })

  it('fires no timer of a life that has ended', async () => {
    const world = new World({ seed: 'timers' })
    let fired = 0
    world.start('a').timers.after(10, () => fired++)
    world.kill('a')
    world.start('a').timers.after(20, () => fired++)
    await world.scheduler.runFor(100)
    expect(fired).toBe(1)
  })

  it('refuses a connection to where nobody listens, and a port that is taken', async () => {
    const world = new World({ seed: 'ports' })
    const a = world.start('a')
    let code: string | undefined
    a.network.connect({ host: 'a', port: 9, timeoutMs: 100 }).onClose = (error) => {
      code = error?.code
    }
    await world.scheduler.runFor(100)
    expect(code).toBe('ECONNREFUSED')
    const options = { host: 'a', port: 9, onConnection: () => undefined }
    await a.network.listen(options)
    await expect(a.network.listen(options)).rejects.toThrow(/in use/)
  })
})

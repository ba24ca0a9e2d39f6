import { describe, expect, it } from 'vitest'
import { nodeTimers } from '../runtime/node-clock.ts'
import { nodeNetwork } from '../runtime/node-network.ts'
import type { ConnectOptions, Listener } from '../runtime/runtime.ts'
import { ConnectionPool, keyOf, parseAddress } from './connection-pool.ts'

describe('an address', () => {
  it.each([
    ['localhost:9092', { host: 'localhost', port: 9092 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65535 }],
  ])('is read from %s and written the same', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
    expect(keyOf(address)).toBe(text)
  })

  it.each(['localhost', 'localhost:', ':9092', 'a:0', 'a:65536', '::1:9092', 'http://a:1', ''])(
    'is not %j',
    (text) => {
      expect(() => parseAddress(text)).toThrow(RangeError)
    },
  )
})

describe('the connections to an address', () => {
  /** A pool on a clock that the test sets, and the number of connections it tried. */
  function poolOf() {
    const seen = { now: 0, attempts: 0 }
    const pool = new ConnectionPool({
      runtime: {
        network: {
          listen: (options) => nodeNetwork.listen(options),
          connect: (options: ConnectOptions) => {
            seen.attempts++
            return nodeNetwork.connect(options)
          },
        },
        timers: nodeTimers,
        clock: { now: () => seen.now, monotonic: () => seen.now },
      },
      clientId: 'test',
      requestTimeoutMs: 5_000,
    })
    return { pool, seen }
  }

  async function freeAddress() {
    const listener: Listener = await nodeNetwork.listen({
      host: '127.0.0.1',
      port: 0,
      onConnection: (connection) => connection.destroy(),
    })
    await listener.close()
    return { host: '127.0.0.1', port: listener.port }
  }

  it('are not tried again before the back-off ends, which grows up to a limit', async () => {
    const { pool, seen } = poolOf()
    const address = await freeAddress()
    const attempt = () => expect(pool.open(address, 'control')).rejects.toThrow('ECONNREFUSED')
    await attempt()
    await attempt()
    await attempt()
    expect(seen.attempts).toBe(1)
    const waits: number[] = []
    for (let failures = 1; failures < 10; failures++) {
      const from = seen.now
      while (seen.attempts === failures) {
        seen.now += 50
        await attempt()
      }
      waits.push(seen.now - from)
    }
    expect(waits.slice(0, 3)).toEqual([100, 200, 400])
    expect(waits.at(-1)).toBe(3_000)
    pool.close()
  })

  it('are one per lane, however many ask at the same time', async () => {
    const { pool, seen } = poolOf()
    const address = await freeAddress()
    await Promise.allSettled([
      pool.open(address, 'control'),
      pool.open(address, 'control'),
      pool.open(address, 'bulk'),
    ])
    expect(seen.attempts).toBe(2)
    pool.close()
    await expect(pool.open(address, 'control')).rejects.toThrow()
  })
})

import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { KafkaConnection } from '../client/connection.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { frameRequest, frameResponse, peekRequest } from '../protocol/frame.ts'
import { apiVersionsRequest, apiVersionsResponse } from '../protocol/messages/18-api-versions.ts'
import { silentLogger } from '../runtime/logger.ts'
import { nodeTimers } from '../runtime/node-clock.ts'
import { nodeNetwork } from '../runtime/node-network.ts'
import type { Dispatch } from './connection.ts'
import { type Served, serve } from './listener.ts'

const API_KEYS = [
  { apiKey: 18, minVersion: 0, maxVersion: 3 },
  { apiKey: 12, minVersion: 0, maxVersion: 4 },
]

/** Answers ApiVersions up to version 3 as a broker does, and hands everything else to `other`. */
function broker(other: (frame: Buffer) => ReturnType<Dispatch>): Dispatch {
  return (frame) => {
    const { apiKey, apiVersion, correlationId } = peekRequest(frame)
    if (apiKey !== 18) return other(frame)
    const known = apiVersion <= 3
    return frameResponse(apiVersionsResponse, known ? apiVersion : 0, correlationId, {
      errorCode: known ? 0 : ErrorCode.UNSUPPORTED_VERSION,
      apiKeys: known ? API_KEYS : API_KEYS.slice(0, 1),
    })
  }
}

/** The answer to a Heartbeat of version 4: header with tags, throttle time, error code, tags. */
function heartbeatAnswer(frame: Buffer, errorCode: number): Buffer[] {
  const body = Buffer.alloc(16)
  body.writeInt32BE(12, 0)
  body.writeInt32BE(peekRequest(frame).correlationId, 4)
  body.writeInt16BE(errorCode, 13)
  return [body]
}

describe('a served connection', () => {
  let served: Served | undefined
  const connections: KafkaConnection[] = []
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.close()
    await served?.stop()
    served = undefined
  })
  const listen = async (dispatch: Dispatch, limits: { connectionsMax?: number } = {}) => {
    served = await serve({
      network: nodeNetwork,
      timers: nodeTimers,
      log: silentLogger,
      host: '127.0.0.1',
      port: 0,
      dispatch,
      frameBytesMax: 10_000,
      connectionsMax: limits.connectionsMax ?? 10,
      idleMsMax: 60_000,
    })
    return served.port
  }
  const connect = (port: number, requestTimeoutMs = 5000) => {
    const connection = new KafkaConnection({
      network: nodeNetwork,
      timers: nodeTimers,
      host: '127.0.0.1',
      port,
      clientId: 'test',
      requestTimeoutMs,
    })
    connections.push(connection)
    return connection
  }
  const heartbeat = { groupId: 'g', generationId: 1, memberId: 'm' }

  it('answers in the order of the requests, whatever order answers become ready in', async () => {
    const open: (() => void)[] = []
    let count = 0
    const port = await listen(
      broker((frame) => {
        const answer = heartbeatAnswer(frame, ++count)
        if (count === 2) return answer
        return new Promise((resolve) => open.push(() => resolve(answer)))
      }),
    )
    const connection = connect(port)
    const arrived: number[] = []
    const all = [0, 1, 2].map(async () => {
      const answer = await connection.request('heartbeat', heartbeat)
      arrived.push(answer.errorCode)
    })
    while (open.length < 2) await new Promise((resolve) => setImmediate(resolve))
    open[1]?.()
    open[0]?.()
    await Promise.all(all)
    expect(arrived).toEqual([1, 2, 3])
  })

  it('agrees on a version with a broker that knows fewer than the client', async () => {
    const port = await listen(broker((frame) => heartbeatAnswer(frame, 0)))
    const connection = connect(port)
    expect(await connection.versionOf('heartbeat')).toBe(4)
    expect(await connection.versionOf('heartbeat', { versionMax: 2 })).toBe(2)
    expect(await connection.versionOf('metadata')).toBeUndefined()
    await expect(connection.request('metadata', {})).rejects.toThrow(/does not serve Metadata/)
  })

  it('closes on a frame over the limit and serves others on', async () => {
    const port = await listen(broker((frame) => heartbeatAnswer(frame, 0)))
    const other = connect(port)
    await other.request('heartbeat', heartbeat)
    const raw = net.connect(port, '127.0.0.1')
    raw.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3]))
    await new Promise((resolve) => raw.once('close', resolve))
    expect((await other.request('heartbeat', heartbeat)).errorCode).toBe(0)
  })

  it('hands over thousands of requests that arrive in one chunk without exhausting the stack', async () => {
    const port = await listen(broker((frame) => heartbeatAnswer(frame, 0)))
    const raw = net.connect(port, '127.0.0.1')
    const count = 5000
    const one = Buffer.concat(frameRequest(apiVersionsRequest, 0, 7, null, {}))
    raw.write(Buffer.concat(Array.from({ length: count }, () => one)))
    const answerBytes = Buffer.concat(
      frameResponse(apiVersionsResponse, 0, 7, { errorCode: 0, apiKeys: API_KEYS }),
    ).length
    let received = 0
    await new Promise<void>((resolve) => {
      raw.on('data', (chunk) => {
        received += chunk.length
        if (received === count * answerBytes) resolve()
      })
    })
    raw.destroy()
    expect(received).toBe(count * answerBytes)
  })

  it('stops reading from a client that has too many requests in flight', async () => {
    let handed = 0
    const port = await listen(() => {
      handed++
      return new Promise(() => undefined)
    })
    const raw = net.connect(port, '127.0.0.1')
    const one = Buffer.concat(frameRequest(apiVersionsRequest, 0, 7, null, {}))
    raw.write(Buffer.concat(Array.from({ length: 1000 }, () => one)))
    while (handed < 128) await new Promise((resolve) => setImmediate(resolve))
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(handed).toBe(128)
    raw.destroy()
  })

  it('refuses connections over the limit', async () => {
    const port = await listen(
      broker((frame) => heartbeatAnswer(frame, 0)),
      { connectionsMax: 1 },
    )
    const first = connect(port)
    await first.request('heartbeat', heartbeat)
    await expect(connect(port).request('heartbeat', heartbeat)).rejects.toThrow(/127\.0\.0\.1/)
    expect((await first.request('heartbeat', heartbeat)).errorCode).toBe(0)
  })

  it('ends the connection when a handler fails, and the signal tells those who wait', async () => {
    let aborted = false
    const port = await listen((frame, peer) => {
      peer.signal.addEventListener('abort', () => {
        aborted = true
      })
      return broker(() => {
        throw new Error('planted')
      })(frame, peer)
    })
    await expect(connect(port).request('heartbeat', heartbeat)).rejects.toThrow(/closed|ECONNRESET/)
    while (!aborted) await new Promise((resolve) => setImmediate(resolve))
    expect(aborted).toBe(true)
  })

  it('lets requests in flight end when it stops', async () => {
    let answerLater: (() => void) | undefined
    const port = await listen(
      broker(
        (frame) =>
          new Promise((resolve) => {
            answerLater = () => resolve(heartbeatAnswer(frame, 0))
          }),
      ),
    )
    const answer = connect(port).request('heartbeat', heartbeat)
    while (answerLater === undefined) await new Promise((resolve) => setImmediate(resolve))
    const stopped = served?.stop()
    answerLater()
    expect((await answer).errorCode).toBe(0)
    await stopped
    served = undefined
  })

  it('gives a request that is never answered an end, and the connection with it', async () => {
    const port = await listen(broker(() => new Promise(() => undefined)))
    const connection = connect(port, 50)
    await expect(connection.request('heartbeat', heartbeat)).rejects.toThrow(
      /no answer to Heartbeat within 50 ms/,
    )
    expect(connection.isClosed).toBe(true)
    await expect(connection.request('heartbeat', heartbeat)).rejects.toThrow(/no answer/)
  })

  it('says which address refuses', async () => {
    const port = await listen(() => null)
    await served?.stop()
    served = undefined
    await expect(connect(port).request('heartbeat', heartbeat)).rejects.toThrow(
      new RegExp(`127.0.0.1:${port}.*ECONNREFUSED`),
    )
  })
})

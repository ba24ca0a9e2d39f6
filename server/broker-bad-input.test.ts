import { connect as connectSocket, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ErrorCode } from './protocol/errors.ts'
import { frameRequest } from './protocol/frame.ts'
import { apis } from './protocol/messages/index.ts'
import { createTopic, describePartition, produce, readValues } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 1 })
  await createTopic(cluster.connect(1), 'others', 1, 1)
})
afterAll(async () => {
  expect(cluster.faults).toEqual([])
  await cluster.stop()
})

/** Opens a connection, sends `bytes`, and collects what comes until it closes or has `until` bytes. */
function talk(bytes: Buffer, until = Number.POSITIVE_INFINITY) {
  return new Promise<{ received: Buffer; closed: boolean; socket: Socket }>((resolve) => {
    const chunks: Buffer[] = []
    const socket = connectSocket(cluster.broker(1).port, '127.0.0.1', () => socket.write(bytes))
    const finish = (closed: boolean) => resolve({ received: Buffer.concat(chunks), closed, socket })
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (chunks.reduce((sum, { length }) => sum + length, 0) >= until) finish(false)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => finish(true))
  })
}

async function othersAreServed(): Promise<void> {
  const value = `v${cluster.runtime.random.uuid()}`
  const connection = cluster.connect(1)
  expect((await produce(connection, 'others', [{ value }])).errorCode).toBe(0)
  expect((await readValues(connection, 'others')).at(-1)).toBe(value)
}

function framed(body: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

it.each([
  ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['a negative size', Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3])],
  ['a size over the limit', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
  ['an empty frame', framed(Buffer.alloc(0))],
  ['a header cut short', framed(Buffer.from([0, 3, 0, 1, 0, 0]))],
  ['an unknown API', framed(Buffer.from([0x03, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff]))],
  ['an unknown version', framed(Buffer.from([0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff]))],
  ['an internal API', framed(Buffer.from([0, 56, 0, 3, 0, 0, 0, 1, 0xff, 0xff, 0]))],
  ['Produce of version 2', framed(Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0, 1]))],
  [
    'a list longer than its frame',
    framed(Buffer.from([0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])),
  ],
])('closes a connection that sends %s, and serves the others', async (_name, bytes) => {
  const { closed, received } = await talk(bytes)
  expect(closed).toBe(true)
  expect(received).toHaveLength(0)
  await othersAreServed()
})

it('waits for the rest of half a frame without holding up anybody', async () => {
  const request = Buffer.concat(frameRequest(apis.metadata.request, 1, 7, 'slow', { topics: null }))
  const half = Math.floor(request.length / 2)
  const socket = connectSocket(cluster.broker(1).port, '127.0.0.1')
  socket.write(request.subarray(0, half))
  await othersAreServed()
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve))
  socket.write(request.subarray(half))
  expect((await answer).readInt32BE(4)).toBe(7)
  socket.destroy()
})

it('answers an unknown version of ApiVersions in version 0, with what it has', async () => {
  const request = framed(Buffer.from([0, 18, 0, 99, 0, 0, 0, 42, 0xff, 0xff]))
  const { received, socket } = await talk(request, 4 + 4 + 2 + 4 + 6)
  expect(received.readInt32BE(4)).toBe(42)
  expect(received.readInt16BE(8)).toBe(ErrorCode.UNSUPPORTED_VERSION)
  expect(received.readInt32BE(10)).toBe(1)
  expect([received.readInt16BE(14), received.readInt16BE(16), received.readInt16BE(18)]).toEqual([
    18, 0, 4,
  ])
  socket.destroy()
})

it('refuses a client whose software has no proper name', async () => {
  const request = Buffer.concat(
    frameRequest(apis.apiVersions.request, 3, 1, 'c', {
      clientSoftwareName: ' bad ',
      clientSoftwareVersion: '1',
    }),
  )
  const { received, socket } = await talk(request, 10)
  expect(received.readInt16BE(8)).toBe(ErrorCode.INVALID_REQUEST)
  socket.destroy()
})

it('answers pipelined requests in their order, a slow one before the fast ones behind it', async () => {
  const { leaderId } = await describePartition(cluster.connect(1), 'others')
  expect(leaderId).toBe(1)
  const slow = frameRequest(apis.fetch.request, 4, 1, 'c', {
    maxWaitMs: 100,
    minBytes: 1_000_000,
    maxBytes: 1_000_000,
    topics: [
      {
        topic: 'others',
        partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }],
      },
    ],
  })
  const fast = [2, 3].map((id) =>
    Buffer.concat(frameRequest(apis.metadata.request, 1, id, 'c', { topics: [] })),
  )
  const socket = connectSocket(cluster.broker(1).port, '127.0.0.1')
  const ids: number[] = []
  let held = Buffer.alloc(0)
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 8 && held.length >= 4 + held.readInt32BE(0)) {
        ids.push(held.readInt32BE(4))
        held = held.subarray(4 + held.readInt32BE(0))
      }
      if (ids.length === 3) resolve()
    })
    socket.write(Buffer.concat([...slow, ...fast]))
  })
  expect(ids).toEqual([1, 2, 3])
  socket.destroy()
})

it('closes the connection of a producer whose acks=0 request failed', async () => {
  const connection = cluster.connect(1)
  const closed = new Promise<void>((resolve) => {
    connection.onClose = () => resolve()
  })
  await connection.notify(
    'produce',
    {
      acks: 0,
      timeoutMs: 100,
      topicData: [
        { name: 'nobody-made-this', partitionData: [{ index: 0, records: Buffer.alloc(70) }] },
      ],
    },
    { versionMax: 12 },
  )
  await closed
  await othersAreServed()
})

// One TCP connection on which anything can be sent, good or bad, and what comes back is kept.

import { connect, type Socket } from 'node:net'
import { decodeFrom } from '../protocol/codec.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import { FrameSplitter, frameRequest, readResponseHeader } from '../protocol/frame.ts'
import { type ApiName, type Apis, apis } from '../protocol/messages/index.ts'
import { Reader } from '../protocol/reader.ts'
import { eventually } from './process.ts'

export class RawConnection {
  private readonly socket: Socket
  private readonly splitter = new FrameSplitter()
  private readonly frames: Buffer[] = []
  private correlationId = 0
  isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => this.splitter.push(chunk, (frame) => this.frames.push(frame)))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** `address`: host:port. */
  static async open(address: string): Promise<RawConnection> {
    const [host, port] = address.split(':')
    const socket = connect(Number(port), host)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new RawConnection(socket)
  }

  send(...buffers: Buffer[]): void {
    this.socket.write(Buffer.concat(buffers))
  }

  /** The next frame; undefined when the other side closes the connection instead. */
  async receive(): Promise<Buffer | undefined> {
    await eventually('an answer or a close', () => this.frames.length > 0 || this.isClosed, 15_000)
    return this.frames.shift()
  }

  async request<N extends ApiName>(
    name: N,
    version: number,
    body: InputOf<Apis[N]['request']>,
  ): Promise<DataOf<Apis[N]['response']>> {
    const { request, response } = apis[name] as Apis[N]
    this.correlationId += 1
    this.send(...frameRequest(request, version, this.correlationId, 'conformance', body))
    const frame = await this.receive()
    if (frame === undefined) throw new Error(`the connection was closed on ${name} ${version}`)
    const reader = new Reader(frame)
    readResponseHeader(reader, response, version)
    return decodeFrom(reader, response, version) as DataOf<Apis[N]['response']>
  }

  close(): void {
    this.socket.destroy()
  }
}

/** Address of the leader of a topic's partition 0. */
export async function leaderOf(bootstrap: string, topic: string): Promise<string> {
  const connection = await RawConnection.open(bootstrap.split(',')[0] ?? '')
  try {
    return await eventually(`a leader of ${topic}`, async () => {
      const answer = await connection.request('metadata', 9, { topics: [{ name: topic }] })
      const leader = answer.topics[0]?.partitions[0]?.leaderId
      const broker = answer.brokers.find((candidate) => candidate.nodeId === leader)
      return broker === undefined ? undefined : `${broker.host}:${broker.port}`
    })
  } finally {
    connection.close()
  }
}

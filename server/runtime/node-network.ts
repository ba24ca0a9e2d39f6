// The Network port over Node's TCP sockets.

import net from 'node:net'
import {
  type Connection,
  type ConnectOptions,
  type Listener,
  type ListenOptions,
  type Network,
  NetworkError,
} from './runtime.ts'

/** Above this, `write` tells its caller to wait. */
const HIGH_WATER_BYTES = 1024 * 1024
const BACKLOG = 1024
const READ_BYTES = 256 * 1024

/**
 * Where every connection of the thread reads to: what has come is handed on before the next read.
 * A buffer for each read, as Node has it otherwise, costs more than the reading.
 */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)

/** Node's reading into a buffer that is given, which `net.connect` documents. */
type OnRead = NonNullable<net.ConnectOpts['onread']>

/**
 * `net.createServer` has no such option, so what it accepted is taken over by a socket of our own.
 * The first one stays behind without a handle; the server counts it until it is destroyed.
 */
function takeOver(accepted: net.Socket, onread: OnRead): net.Socket {
  const holder = accepted as unknown as { _handle: object | null }
  const handle = holder._handle
  if (handle === null || handle === undefined) return accepted
  holder._handle = null
  const socket = new net.Socket({
    handle,
    onread,
    highWaterMark: HIGH_WATER_BYTES,
  } as net.SocketConstructorOpts)
  socket.once('close', () => accepted.destroy())
  return socket
}

function networkError(error: unknown): NetworkError {
  const { message, code } = error as NodeJS.ErrnoException
  return new NetworkError(message, code ?? 'UNKNOWN', error)
}

class NodeConnection implements Connection {
  readonly remote: string
  onOpen: (() => void) | undefined
  onData: ((chunk: Buffer) => void) | undefined
  onDrain: (() => void) | undefined
  onClose: ((error?: NetworkError) => void) | undefined
  private readonly socket: net.Socket
  private error: NetworkError | undefined

  constructor(open: (onread: OnRead) => net.Socket, remote: string, connectTimeoutMs?: number) {
    const socket = open({
      buffer: readBuffer,
      callback: (bytes) => {
        this.onData?.(readBuffer.subarray(0, bytes))
        return true
      },
    })
    this.socket = socket
    this.remote = remote
    socket.setNoDelay(true)
    if (connectTimeoutMs !== undefined) {
      socket.setTimeout(connectTimeoutMs, () => {
        socket.destroy(
          Object.assign(new Error(`no connection to ${remote} after ${connectTimeoutMs} ms`), {
            code: 'ETIMEDOUT',
          }),
        )
      })
    }
    socket.on('connect', () => {
      socket.setTimeout(0)
      this.onOpen?.()
    })
    // Where a socket could not be taken over.
    socket.on('data', (chunk) => this.onData?.(chunk))
    socket.on('drain', () => this.onDrain?.())
    socket.on('error', (error) => {
      this.error = networkError(error)
    })
    socket.on('close', () => {
      const handler = this.onClose
      this.onClose = undefined
      handler?.(this.error)
    })
  }

  get bufferedBytes(): number {
    return this.socket.writableLength
  }

  write(buffers: readonly Uint8Array[], taken?: () => void): boolean {
    const { socket } = this
    if (socket.destroyed) return true
    const last = buffers.length - 1
    const written =
      taken === undefined
        ? undefined
        : (error?: Error | null) => {
            if (error === null || error === undefined) taken()
          }
    if (last === 0) {
      socket.write(buffers[0] as Uint8Array, written)
    } else {
      socket.cork()
      for (let i = 0; i < last; i++) socket.write(buffers[i] as Uint8Array)
      socket.write(buffers[last] as Uint8Array, written)
      socket.uncork()
    }
    return this.socket.writableLength < HIGH_WATER_BYTES
  }

  pause(): void {
    this.socket.pause()
  }
  resume(): void {
    this.socket.resume()
  }
  end(): void {
    this.socket.end()
  }
  destroy(): void {
    this.socket.destroy()
  }
}

export const nodeNetwork: Network = {
  listen(options: ListenOptions): Promise<Listener> {
    const server = net.createServer(
      { noDelay: true, highWaterMark: HIGH_WATER_BYTES, pauseOnConnect: true },
      (accepted) => {
        const remote = `${accepted.remoteAddress}:${accepted.remotePort}`
        options.onConnection(new NodeConnection((onread) => takeOver(accepted, onread), remote))
      },
    )
    return new Promise((resolve, reject) => {
      const refuse = (error: Error) => reject(networkError(error))
      server.once('error', refuse)
      server.listen({ host: options.host, port: options.port, backlog: BACKLOG }, () => {
        server.off('error', refuse)
        // Such as too many open files: that connection is lost, the listener goes on.
        server.on('error', () => undefined)
        resolve({
          port: (server.address() as net.AddressInfo).port,
          close: () => new Promise((closed) => server.close(() => closed())),
        })
      })
    })
  },

  connect({ host, port, timeoutMs }: ConnectOptions): Connection {
    const open = (onread: OnRead) => net.connect({ host, port, noDelay: true, onread })
    return new NodeConnection(open, `${host}:${port}`, timeoutMs)
  },
}

// A listening port and its connections: how many, how long they may be silent, how they end.

import { FrameBuffers } from '../protocol/frame-buffers.ts'
import type { Connection, Listener, Logger, Network, Timer, Timers } from '../runtime/runtime.ts'
import { type Dispatch, ServedConnection } from './connection.ts'

const DRAIN_TIMEOUT_MS = 1000
const IDLE_CHECKS_PER_PERIOD = 4

export interface ServeOptions {
  network: Network
  timers: Timers
  log: Logger
  host: string
  /** 0: any free port. */
  port: number
  dispatch: Dispatch
  /** socket.request.max.bytes */
  frameBytesMax: number
  /** Shared with those who read what is sent. */
  buffers?: FrameBuffers
  /** max.connections */
  connectionsMax: number
  /** connections.max.idle.ms: a connection that sends nothing for so long, and waits for nothing, is closed. */
  idleMsMax: number
}

export interface Served {
  readonly port: number
  readonly connections: number
  /** Stops listening, lets requests in flight end for a moment, then closes what is left. */
  stop(): Promise<void>
}

interface Watched {
  served: ServedConnection
  framesSeen: number
  silentChecks: number
}

/** Listens and serves. Rejects with NetworkError (EADDRINUSE, EACCES, EADDRNOTAVAIL, …). */
export async function serve(options: ServeOptions): Promise<Served> {
  const connections = new Map<Connection, Watched>()
  const buffers = options.buffers ?? new FrameBuffers()
  let stopping = false
  let allClosed: (() => void) | undefined

  const accept = (connection: Connection) => {
    if (stopping || connections.size >= options.connectionsMax) {
      options.log.warn('refusing a connection', {
        remote: connection.remote,
        reason: stopping ? 'stopping' : `max.connections=${options.connectionsMax} are open`,
      })
      connection.destroy()
      return
    }
    const served = new ServedConnection({
      connection,
      dispatch: options.dispatch,
      frameBytesMax: options.frameBytesMax,
      buffers,
      log: options.log,
      onClosed: () => {
        connections.delete(connection)
        if (connections.size === 0) allClosed?.()
      },
    })
    connections.set(connection, { served, framesSeen: 0, silentChecks: 0 })
  }

  const listener: Listener = await options.network.listen({
    host: options.host,
    port: options.port,
    onConnection: accept,
  })

  let idleTimer: Timer
  const closeIdle = () => {
    for (const watched of connections.values()) {
      const { served } = watched
      if (served.framesReceived !== watched.framesSeen || served.requestsInFlight > 0) {
        watched.framesSeen = served.framesReceived
        watched.silentChecks = 0
        continue
      }
      watched.silentChecks++
      if (watched.silentChecks > IDLE_CHECKS_PER_PERIOD) served.destroy()
    }
    idleTimer = options.timers.after(options.idleMsMax / IDLE_CHECKS_PER_PERIOD, closeIdle)
  }
  idleTimer = options.timers.after(options.idleMsMax / IDLE_CHECKS_PER_PERIOD, closeIdle)

  return {
    port: listener.port,
    get connections() {
      return connections.size
    },
    async stop() {
      stopping = true
      idleTimer.cancel()
      const closed = listener.close()
      const drained = new Promise<void>((resolve) => {
        if (connections.size === 0) {
          resolve()
          return
        }
        allClosed = resolve
        for (const { served } of connections.values()) served.drain()
        options.timers.after(DRAIN_TIMEOUT_MS, () => {
          for (const { served } of connections.values()) served.destroy()
        })
      })
      await drained
      await closed
    },
  }
}

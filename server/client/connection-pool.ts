// The open connections to a cluster's brokers: at most one per address and lane.
//
// A broker answers one connection's requests in order, so requests that may take long have a
// lane of their own ('bulk'), and those that wait for data (tails) take a connection that
// nobody shares. An address that has just failed is not tried again before its back-off ends:
// whoever asks meanwhile gets the same failure at once.

import type { Runtime } from '../runtime/runtime.ts'
import { ConnectionError, KafkaConnection } from './connection.ts'

const BACK_OFF_MS_MIN = 100
const BACK_OFF_MS_MAX = 3_000
const CONNECT_TIMEOUT_MS = 4_000

export type Lane = 'control' | 'bulk'

export interface Address {
  host: string
  port: number
}

export interface PoolOptions {
  runtime: Pick<Runtime, 'network' | 'timers' | 'clock'>
  clientId: string
  requestTimeoutMs: number
}

interface Failure {
  error: ConnectionError
  until: number
  backOffMs: number
}

export class ConnectionPool {
  private readonly options: PoolOptions
  private readonly shared = new Map<string, KafkaConnection>()
  private readonly owned = new Set<KafkaConnection>()
  private readonly failures = new Map<string, Failure>()
  private isClosed = false

  constructor(options: PoolOptions) {
    this.options = options
  }

  /** Whether an open connection to the address exists already. */
  has(address: Address): boolean {
    return this.shared.has(`${keyOf(address)}/control`)
  }

  /** The shared connection of a lane, with its versions agreed. Rejects with ConnectionError. */
  async open(address: Address, lane: Lane): Promise<KafkaConnection> {
    const key = `${keyOf(address)}/${lane}`
    let connection = this.shared.get(key)
    if (connection === undefined) {
      this.refuseDuringBackOff(address)
      connection = this.connect(address)
      this.shared.set(key, connection)
      this.forgetWhenClosed(connection, key, address)
    }
    await connection.versions()
    this.failures.delete(keyOf(address))
    return connection
  }

  /** A connection for one owner, who closes it. */
  async openOwned(address: Address): Promise<KafkaConnection> {
    this.refuseDuringBackOff(address)
    const connection = this.connect(address)
    this.owned.add(connection)
    connection.onClose = () => this.owned.delete(connection)
    await connection.versions()
    return connection
  }

  close(): void {
    this.isClosed = true
    for (const connection of [...this.shared.values(), ...this.owned]) connection.close()
    this.shared.clear()
    this.owned.clear()
  }

  private connect(address: Address): KafkaConnection {
    const { runtime, clientId, requestTimeoutMs } = this.options
    if (this.isClosed) throw new ConnectionError(keyOf(address), 'CLOSED', 'the client is closed')
    return new KafkaConnection({
      network: runtime.network,
      timers: runtime.timers,
      host: address.host,
      port: address.port,
      clientId,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      requestTimeoutMs,
    })
  }

  private refuseDuringBackOff(address: Address): void {
    const failure = this.failures.get(keyOf(address))
    if (failure !== undefined && this.options.runtime.clock.monotonic() < failure.until) {
      throw failure.error
    }
  }

  private forgetWhenClosed(connection: KafkaConnection, key: string, address: Address): void {
    let wasAgreed = false
    connection.versions().then(
      () => {
        wasAgreed = true
      },
      () => undefined,
    )
    connection.onClose = (error) => {
      if (this.shared.get(key) === connection) this.shared.delete(key)
      // A connection that had worked may be idle and closed by the broker: that is no failure.
      if (wasAgreed) return
      const before = this.failures.get(keyOf(address))
      const backOffMs = Math.min((before?.backOffMs ?? BACK_OFF_MS_MIN / 2) * 2, BACK_OFF_MS_MAX)
      this.failures.set(keyOf(address), {
        error,
        backOffMs,
        until: this.options.runtime.clock.monotonic() + backOffMs,
      })
    }
  }
}

export function keyOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Reads 'host:port' and '[v6]:port'. Throws RangeError. */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new RangeError(`"${text}" is not an address of the form host:port`)
  }
  return { host, port }
}

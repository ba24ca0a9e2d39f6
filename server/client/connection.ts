// One connection to a broker, as a client: requests out, answers back by correlation id, versions
// agreed by ApiVersions before the first request. It knows nothing of clusters, leaders or retries.
//
// Every request ends: with its answer, with a time-out (which closes the connection, since an
// answer may still be on its way), or with the connection.

import { decodeFrom } from '../protocol/codec.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { FrameSplitter, frameRequest, readResponseHeader } from '../protocol/frame.ts'
import type { FrameBuffers } from '../protocol/frame-buffers.ts'
import { apiVersionsResponse } from '../protocol/messages/18-api-versions.ts'
import { type ApiName, type Apis, apis } from '../protocol/messages/index.ts'
import { Reader } from '../protocol/reader.ts'
import type { Connection, Network, NetworkError, Timer, Timers } from '../runtime/runtime.ts'

const CONNECT_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const RESPONSE_BYTES_MAX = 256 * 1024 * 1024
const PENDING_REQUESTS_MAX = 10_000
const CLIENT_SOFTWARE_NAME = 'riverglass'
const CLIENT_SOFTWARE_VERSION = '1'

/** The connection could not be made or is gone. `code` is the system's (ECONNREFUSED, …) or ours. */
export class ConnectionError extends Error {
  readonly remote: string
  readonly code: string
  constructor(remote: string, code: string, message: string, cause?: unknown) {
    super(`${remote}: ${message}`, { cause })
    this.name = 'ConnectionError'
    this.remote = remote
    this.code = code
  }
}

/** The broker does not serve the API, or in no version that is known here. */
export class UnsupportedApiError extends Error {
  readonly api: ApiName
  constructor(remote: string, api: ApiName, detail: string) {
    super(`${remote} does not serve ${apis[api].name} ${detail}`)
    this.name = 'UnsupportedApiError'
    this.api = api
  }
}

export interface KafkaConnectionOptions {
  network: Network
  timers: Timers
  host: string
  port: number
  clientId: string
  connectTimeoutMs?: number
  requestTimeoutMs?: number
  responseBytesMax?: number
  /** Where large answers get their memory; whoever is done with one may give it back. */
  buffers?: FrameBuffers
}

export interface RequestOptions {
  /** Bounds on the version, where the caller needs one's meaning. */
  versionMin?: number
  versionMax?: number
  timeoutMs?: number
}

export interface ServedVersions {
  readonly min: number
  readonly max: number
}

interface Pending {
  api: ApiName
  version: number
  timer: Timer
  resolve(value: unknown): void
  reject(error: Error): void
}

export class KafkaConnection {
  readonly remote: string
  /** Called once when the connection has ended, whoever ended it. */
  onClose: ((error: ConnectionError) => void) | undefined
  private readonly options: KafkaConnectionOptions
  private readonly connection: Connection
  private readonly splitter: FrameSplitter
  private readonly pending = new Map<number, Pending>()
  private nextCorrelationId = 1
  private closedBy: ConnectionError | undefined
  private negotiated: Promise<ReadonlyMap<number, ServedVersions>> | undefined

  /** Begins to connect; requests may be sent at once. */
  constructor(options: KafkaConnectionOptions) {
    this.options = options
    this.remote = `${options.host}:${options.port}`
    this.splitter = new FrameSplitter(
      options.responseBytesMax ?? RESPONSE_BYTES_MAX,
      options.buffers,
    )
    this.connection = options.network.connect({
      host: options.host,
      port: options.port,
      timeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    })
    this.connection.onData = (chunk) => this.receive(chunk)
    this.connection.onClose = (error) => this.ended(error)
  }

  get isClosed(): boolean {
    return this.closedBy !== undefined
  }

  /** Requests that wait for an answer. */
  get pendingRequests(): number {
    return this.pending.size
  }

  /** What the broker serves, by API key. Rejects with ConnectionError. */
  versions(): Promise<ReadonlyMap<number, ServedVersions>> {
    this.negotiated ??= this.negotiate()
    return this.negotiated
  }

  /** Highest version that both sides know, or undefined. */
  async versionOf(api: ApiName, options: RequestOptions = {}): Promise<number | undefined> {
    return this.pick(await this.versions(), api, options)
  }

  private pick(
    served: ReadonlyMap<number, ServedVersions>,
    api: ApiName,
    options: RequestOptions,
  ): number | undefined {
    const theirs = served.get(apis[api].key)
    if (theirs === undefined) return undefined
    const ours = apis[api].request.versions
    const last = Math.min(ours.last, theirs.max, options.versionMax ?? Number.POSITIVE_INFINITY)
    const first = Math.max(ours.first, theirs.min, options.versionMin ?? 0)
    return first <= last ? last : undefined
  }

  /**
   * Sends a request and resolves with its answer, whatever error codes that holds. Rejects with
   * UnsupportedApiError, ConnectionError, VersionError or DecodeError.
   */
  async request<N extends ApiName>(
    api: N,
    body: InputOf<Apis[N]['request']>,
    options: RequestOptions = {},
  ): Promise<DataOf<Apis[N]['response']>> {
    const version = await this.agree(api, options)
    return (await this.send(api, version, body, options.timeoutMs)) as DataOf<Apis[N]['response']>
  }

  /** Sends a request that has no answer (Produce with acks=0). Resolves when it was handed over. */
  async notify<N extends ApiName>(
    api: N,
    body: InputOf<Apis[N]['request']>,
    options: RequestOptions = {},
  ): Promise<void> {
    const version = await this.agree(api, options)
    if (this.closedBy !== undefined) throw this.closedBy
    this.connection.write(
      frameRequest(
        apis[api].request,
        version,
        this.takeCorrelationId(),
        this.options.clientId,
        body,
      ),
    )
  }

  private async agree(api: ApiName, options: RequestOptions): Promise<number> {
    const served = await this.versions()
    const version = this.pick(served, api, options)
    if (version !== undefined) return version
    const theirs = served.get(apis[api].key)
    throw new UnsupportedApiError(
      this.remote,
      api,
      theirs === undefined ? '' : `but in versions ${theirs.min}-${theirs.max}`,
    )
  }

  close(): void {
    this.fail(new ConnectionError(this.remote, 'CLOSED', 'connection closed'))
  }

  private takeCorrelationId(): number {
    const id = this.nextCorrelationId
    this.nextCorrelationId = id === 0x7fffffff ? 1 : id + 1
    return id
  }

  private send(
    api: ApiName,
    version: number,
    body: unknown,
    timeoutMs = this.options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  ): Promise<unknown> {
    if (this.closedBy !== undefined) return Promise.reject(this.closedBy)
    if (this.pending.size >= PENDING_REQUESTS_MAX) {
      return Promise.reject(
        new ConnectionError(this.remote, 'BUSY', `${PENDING_REQUESTS_MAX} requests wait already`),
      )
    }
    const correlationId = this.takeCorrelationId()
    let frame: Buffer[]
    try {
      frame = frameRequest(
        apis[api].request,
        version,
        correlationId,
        this.options.clientId,
        body as InputOf<Apis[ApiName]['request']>,
      )
    } catch (error) {
      return Promise.reject(error)
    }
    return new Promise((resolve, reject) => {
      const timer = this.options.timers.after(timeoutMs, () => {
        this.fail(
          new ConnectionError(
            this.remote,
            'REQUEST_TIMED_OUT',
            `no answer to ${apis[api].name} within ${timeoutMs} ms`,
          ),
        )
      })
      this.pending.set(correlationId, { api, version, timer, resolve, reject })
      this.connection.write(frame)
    })
  }

  /**
   * Asks in the newest version; a broker that does not know it answers in version 0 and names
   * the versions that it knows (KIP-511).
   */
  private async negotiate(): Promise<ReadonlyMap<number, ServedVersions>> {
    const first = await this.askVersions(apis.apiVersions.request.versions.last)
    if (first.errorCode === ErrorCode.UNSUPPORTED_VERSION) {
      const named = first.apiKeys.find((row) => row.apiKey === apis.apiVersions.key)
      return this.tabulate(await this.askVersions(named?.maxVersion ?? 0))
    }
    return this.tabulate(first)
  }

  private tabulate(answer: DataOf<typeof apiVersionsResponse>): Map<number, ServedVersions> {
    if (answer.errorCode !== 0) {
      throw new ConnectionError(
        this.remote,
        errorName(answer.errorCode),
        `ApiVersions was answered with ${errorName(answer.errorCode)}`,
      )
    }
    return new Map(
      answer.apiKeys.map((row) => [row.apiKey, { min: row.minVersion, max: row.maxVersion }]),
    )
  }

  private async askVersions(version: number): Promise<DataOf<typeof apiVersionsResponse>> {
    const answer = await this.send('apiVersions', version, {
      clientSoftwareName: version >= 3 ? CLIENT_SOFTWARE_NAME : undefined,
      clientSoftwareVersion: version >= 3 ? CLIENT_SOFTWARE_VERSION : undefined,
    })
    return answer as DataOf<typeof apiVersionsResponse>
  }

  private receive(chunk: Buffer): void {
    try {
      this.splitter.push(chunk, (frame) => this.answer(frame))
    } catch (error) {
      this.fail(new ConnectionError(this.remote, 'PROTOCOL', 'an answer could not be read', error))
    }
  }

  private answer(frame: Buffer): void {
    const correlationId = new Reader(frame).int32()
    const pending = this.pending.get(correlationId)
    if (pending === undefined) {
      throw new Error(`answer to ${correlationId}, which nobody asked`)
    }
    this.pending.delete(correlationId)
    pending.timer.cancel()
    try {
      pending.resolve(this.decodeAnswer(pending, frame))
    } catch (error) {
      pending.reject(error as Error)
      throw error
    }
  }

  private decodeAnswer(pending: Pending, frame: Buffer): unknown {
    const { response } = apis[pending.api]
    const reader = new Reader(frame)
    readResponseHeader(reader, response, pending.version)
    if (pending.api === 'apiVersions') {
      const code = frame.readInt16BE(reader.position)
      const version = code === ErrorCode.UNSUPPORTED_VERSION ? 0 : pending.version
      return decodeFrom(reader, apiVersionsResponse, version)
    }
    return decodeFrom(reader, response, pending.version)
  }

  private ended(error: NetworkError | undefined): void {
    this.fail(
      error === undefined
        ? new ConnectionError(this.remote, 'CLOSED', 'the broker closed the connection')
        : new ConnectionError(this.remote, error.code, error.message, error),
    )
  }

  private fail(error: ConnectionError): void {
    if (this.closedBy !== undefined) return
    this.closedBy = error
    const waiting = [...this.pending.values()]
    this.pending.clear()
    this.connection.onClose = undefined
    this.connection.destroy()
    for (const pending of waiting) {
      pending.timer.cancel()
      pending.reject(error)
    }
    this.onClose?.(error)
  }
}

// Talks to a schema registry with Confluent's REST API (docs.confluent.io, "Schema Registry API
// Reference"), whoever made it. Every call ends within a time and every answer has a bound; what
// comes back is checked before anybody sees it.

import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { type RegistryAddress, shownAddress } from './registry-address.ts'

/** The registry said no, could not be reached, or answered something else than it should. */
export class RegistryError extends Error {
  override name = 'RegistryError'
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number
  /** Confluent's numeric code, such as 40403; 0 for none. */
  readonly code: number

  constructor(message: string, status = 0, code = 0, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.code = code
  }

  /** Whether asking again later could help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** There was no answer, or it broke off. */
export class NoAnswerError extends RegistryError {}

const TIMEOUT_MS = 8_000
const ANSWER_BYTES_MAX = 16 * 1024 * 1024
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json'

const problem = z.object({ error_code: z.number().optional(), message: z.string().optional() })

export class RegistryClient {
  private readonly address: RegistryAddress
  private readonly shown: string

  constructor(address: RegistryAddress) {
    this.address = address
    this.shown = shownAddress(address)
  }

  get<T>(path: string, answer: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    return this.call('GET', path, undefined, answer, signal)
  }

  async call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    answer: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { status, text } = await this.send(method, path, body, signal)
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      throw new RegistryError(
        `The schema registry at ${this.shown} answered ${status} with something that is not JSON.`,
        status >= 400 ? status : 0,
      )
    }
    if (status >= 400) {
      const said = problem.safeParse(json).data
      throw new RegistryError(
        said?.message ?? `The schema registry at ${this.shown} answered ${status}.`,
        status,
        said?.error_code ?? 0,
      )
    }
    const parsed = answer.safeParse(json)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new RegistryError(
        `The schema registry at ${this.shown} answered something unexpected to ${path}: ` +
          `${issue?.path.join('.') || 'the whole'} ${issue?.message ?? 'is not valid'}.`,
      )
    }
    return parsed.data
  }

  private send(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; text: string }> {
    const url = new URL(`${this.address.url.replace(/\/+$/, '')}${path}`)
    const isSecure = url.protocol === 'https:'
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const headers: Record<string, string> = { accept: `${CONTENT_TYPE}, application/json` }
    if (payload !== undefined) {
      headers['content-type'] = CONTENT_TYPE
      headers['content-length'] = String(payload.length)
    }
    const authorization = this.authorization(url)
    if (authorization !== undefined) headers.authorization = authorization
    url.username = ''
    url.password = ''
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) => {
        const reason = timeout.aborted
          ? `gave no answer within ${TIMEOUT_MS / 1000} s`
          : `cannot be reached: ${cause.message || cause.name}`
        reject(
          new NoAnswerError(`The schema registry at ${this.shown} ${reason}.`, 0, 0, { cause }),
        )
      }
      const options = { method, headers, signal: both, ...(isSecure ? this.trust() : {}) }
      const call = (isSecure ? requestHttps : requestHttp)(url, options, (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size <= ANSWER_BYTES_MAX) chunks.push(chunk)
          else response.destroy(new Error(`its answer has more than ${ANSWER_BYTES_MAX} bytes`))
        })
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          })
        })
        response.on('error', fail)
      })
      call.on('error', fail)
      call.end(payload)
    })
  }

  private authorization(url: URL): string | undefined {
    const { username, password, token } = this.address
    if (token !== undefined) return `Bearer ${token}`
    const user = username ?? decodeURIComponent(url.username)
    const secret = password ?? decodeURIComponent(url.password)
    if (user === '') return undefined
    return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
  }

  private trust(): { ca?: string } {
    return this.address.ca === undefined ? {} : { ca: this.address.ca }
  }
}

/** A subject in a path; it may hold anything, slashes included. */
export function inPath(part: string): string {
  return encodeURIComponent(part)
}

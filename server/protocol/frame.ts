// Frames: a four-byte size, then a header, then a body. Splits what arrives on a connection
// into frames, and puts requests and responses into frames.

import { decodeFrom, encodeTo } from './codec.ts'
import { type InputOf, includesVersion, type Message } from './definition.ts'
import { type RequestHeader, requestHeader, responseHeader } from './messages/headers.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** Kafka's default for socket.request.max.bytes. */
export const REQUEST_BYTES_MAX = 100 * 1024 * 1024

const API_VERSIONS = 18

/** A frame announced a size that is negative or over the limit: the connection must be closed. */
export class FrameSizeError extends Error {
  readonly size: number
  constructor(size: number, limit: number) {
    super(`a frame of ${size} bytes is outside 0 to ${limit}`)
    this.name = 'FrameSizeError'
    this.size = size
  }
}

/**
 * Collects chunks and hands out whole frames, without their size. A frame that lies in one
 * chunk is a view of it; one that is spread over several is joined once, when it is complete,
 * so a slow sender of a large frame costs no repeated copying. Holds at most one frame and a
 * chunk; a size that was only announced reserves nothing.
 */
export class FrameSplitter {
  private chunks: Buffer[] = []
  private bytes = 0
  private readonly limit: number

  constructor(limit = REQUEST_BYTES_MAX) {
    this.limit = limit
  }

  /** Bytes held for a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.bytes
  }

  /** Calls `onFrame` for each frame that `chunk` completes. Throws FrameSizeError. */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    this.chunks.push(chunk)
    this.bytes += chunk.length
    while (this.bytes >= 4) {
      const size = this.peekSize()
      if (size < 0 || size > this.limit) throw new FrameSizeError(size, this.limit)
      if (this.bytes < 4 + size) return
      onFrame(this.take(4 + size).subarray(4))
    }
  }

  private peekSize(): number {
    const first = this.chunks[0] as Buffer
    if (first.length >= 4) return first.readInt32BE(0)
    const head = Buffer.concat(this.chunks, this.bytes)
    this.chunks = [head]
    return head.readInt32BE(0)
  }

  private take(bytes: number): Buffer {
    let first = this.chunks[0] as Buffer
    if (first.length < bytes) {
      first = Buffer.concat(this.chunks, this.bytes)
      this.chunks = [first]
    }
    if (first.length === bytes) this.chunks.shift()
    else this.chunks[0] = first.subarray(bytes)
    this.bytes -= bytes
    return first.subarray(0, bytes)
  }
}

function requestHeaderVersion(flexible: boolean): number {
  return flexible ? 2 : 1
}

function responseHeaderVersion(apiKey: number, flexible: boolean): number {
  return flexible && apiKey !== API_VERSIONS ? 1 : 0
}

/** Reads key, version and correlation id, which stand at the same place in every header. */
export function peekRequest(frame: Buffer): {
  apiKey: number
  apiVersion: number
  correlationId: number
} {
  const reader = new Reader(frame)
  return {
    apiKey: reader.int16(),
    apiVersion: reader.int16(),
    correlationId: reader.int32(),
  }
}

/** Reads the header of a request; the reader then stands at the body. */
export function readRequestHeader(
  reader: Reader,
  request: Message,
  version: number,
): RequestHeader {
  return decodeFrom(
    reader,
    requestHeader,
    requestHeaderVersion(includesVersion(request.flexible, version)),
  )
}

/** Reads past the header of a response; the reader then stands at the body. */
export function readResponseHeader(reader: Reader, response: Message, version: number): number {
  return decodeFrom(
    reader,
    responseHeader,
    responseHeaderVersion(response.apiKey, includesVersion(response.flexible, version)),
  ).correlationId
}

function framed(write: (writer: Writer) => void): Buffer[] {
  const body = new Writer()
  write(body)
  const size = Buffer.allocUnsafe(4)
  size.writeInt32BE(body.length, 0)
  return [size, ...body.buffers()]
}

/** One request as the buffers of a frame, for a gathered write. Throws VersionError. */
export function frameRequest<M extends Message>(
  request: M,
  version: number,
  correlationId: number,
  clientId: string | null,
  body: InputOf<M>,
): Buffer[] {
  return framed((writer) => {
    const flexible = includesVersion(request.flexible, version)
    encodeTo(writer, requestHeader, requestHeaderVersion(flexible), {
      requestApiKey: request.apiKey,
      requestApiVersion: version,
      correlationId,
      clientId,
    })
    encodeTo(writer, request, version, body)
  })
}

/** One response as the buffers of a frame, for a gathered write. Throws VersionError. */
export function frameResponse<M extends Message>(
  response: M,
  version: number,
  correlationId: number,
  body: InputOf<M>,
): Buffer[] {
  return framed((writer) => {
    const flexible = includesVersion(response.flexible, version)
    encodeTo(writer, responseHeader, responseHeaderVersion(response.apiKey, flexible), {
      correlationId,
    })
    encodeTo(writer, response, version, body)
  })
}

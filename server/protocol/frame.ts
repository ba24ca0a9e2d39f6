// Frames: a four-byte size, then a header, then a body. Splits what arrives on a connection
// into frames, and puts requests and responses into frames.

import { decodeFrom, encodeTo } from './codec.ts'
import { type InputOf, includesVersion, type Message } from './definition.ts'
import type { FrameBuffers } from './frame-buffers.ts'
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

/** Memory that a frame which arrives in pieces gets at most on the strength of its announced size. */
const FIRST_ROOM_BYTES = 256 * 1024
const SIZE_BYTES = 4

/**
 * Collects chunks and hands out whole frames, without their size. Every byte is copied once, out
 * of the chunk, which is its sender's again when `push` returns, into memory of the frame's own;
 * a frame is its taker's from then on. Beyond the first pieces, memory follows what has come and
 * not what was announced.
 */
export class FrameSplitter {
  private readonly limit: number
  private readonly buffers: FrameBuffers | undefined
  /** The four bytes of the size, as far as they have come. */
  private readonly head = Buffer.alloc(SIZE_BYTES)
  private headBytes = 0
  /** Of the frame that is being collected; undefined while its size is not known. */
  private size = 0
  private frame: Buffer | undefined
  private bytes = 0

  /** Frames that are given back to `buffers` lend their memory to later ones. */
  constructor(limit = REQUEST_BYTES_MAX, buffers?: FrameBuffers) {
    this.limit = limit
    this.buffers = buffers
  }

  /** Bytes held for a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.headBytes + this.bytes
  }

  /** Calls `onFrame` for each frame that `chunk` completes. Throws FrameSizeError. */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): void {
    for (let at = 0; at < chunk.length || this.isComplete; ) {
      if (this.frame === undefined) {
        at += this.takeHead(chunk, at)
        continue
      }
      if (!this.isComplete) at += this.takeBody(this.frame, chunk, at)
      if (!this.isComplete) continue
      const whole = this.frame
      this.frame = undefined
      this.bytes = 0
      onFrame(whole.length === this.size ? whole : whole.subarray(0, this.size))
    }
  }

  private get isComplete(): boolean {
    return this.frame !== undefined && this.bytes === this.size
  }

  private takeHead(chunk: Buffer, at: number): number {
    const taken = Math.min(SIZE_BYTES - this.headBytes, chunk.length - at)
    chunk.copy(this.head, this.headBytes, at, at + taken)
    this.headBytes += taken
    if (this.headBytes === SIZE_BYTES) {
      const size = this.head.readInt32BE(0)
      if (size < 0 || size > this.limit) throw new FrameSizeError(size, this.limit)
      this.headBytes = 0
      this.size = size
      const isHere = chunk.length - at - taken >= size
      this.frame =
        this.buffers?.takeKept(size) ?? this.room(isHere ? size : Math.min(size, FIRST_ROOM_BYTES))
    }
    return taken
  }

  private takeBody(frame: Buffer, chunk: Buffer, at: number): number {
    const taken = Math.min(this.size - this.bytes, chunk.length - at)
    let target = frame
    if (this.bytes + taken > target.length) {
      const wanted = Math.max(this.bytes + taken, target.length * 4)
      target = this.room(Math.min(this.size, wanted))
      frame.copy(target, 0, 0, this.bytes)
      this.buffers?.give(frame)
      this.frame = target
    }
    chunk.copy(target, this.bytes, at, at + taken)
    this.bytes += taken
    return taken
  }

  private room(bytes: number): Buffer {
    return this.buffers?.take(bytes) ?? Buffer.allocUnsafe(bytes)
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
  body.int32(0)
  write(body)
  const buffers = body.buffers()
  buffers[0]?.writeInt32BE(body.length - SIZE_BYTES, 0)
  return buffers
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

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FrameSizeError,
  FrameSplitter,
  frameRequest,
  frameResponse,
  peekRequest,
  readRequestHeader,
  readResponseHeader,
} from './frame.ts'
import { FrameBuffers } from './frame-buffers.ts'
import { apis } from './messages/index.ts'
import { DecodeError, Reader } from './reader.ts'

function framed(bodies: Uint8Array[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const size = Buffer.alloc(4)
      size.writeInt32BE(body.length)
      return [size, body]
    }),
  )
}

function split(splitter: FrameSplitter, chunks: Buffer[]): string[] {
  const frames: string[] = []
  for (const chunk of chunks) splitter.push(chunk, (frame) => frames.push(frame.toString('hex')))
  return frames
}

describe('frames', () => {
  it('come out the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (bodies, cuts) => {
          const stream = framed(bodies)
          const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length]
          edges.sort((a, b) => a - b)
          const chunks = edges.slice(1).map((edge, i) => stream.subarray(edges[i], edge))
          const splitter = new FrameSplitter()
          expect(split(splitter, chunks)).toEqual(
            bodies.map((body) => Buffer.from(body).toString('hex')),
          )
          expect(splitter.pendingBytes).toBe(0)
        },
      ),
    )
  })

  it('are refused as soon as their size is seen to be over the limit or negative', () => {
    for (const size of [101, -1, -(2 ** 31)]) {
      const head = Buffer.alloc(4)
      head.writeInt32BE(size)
      const splitter = new FrameSplitter(100)
      expect(split(splitter, [head.subarray(0, 3)])).toEqual([])
      expect(() => split(splitter, [head.subarray(3)])).toThrow(FrameSizeError)
    }
  })

  it('before the bad one are still handed out', () => {
    const frames: number[] = []
    const stream = Buffer.concat([framed([Buffer.alloc(7)]), Buffer.alloc(4, 0xff)])
    expect(() => new FrameSplitter().push(stream, (frame) => frames.push(frame.length))).toThrow(
      FrameSizeError,
    )
    expect(frames).toEqual([7])
  })

  it('share no memory with the chunks, which are used again', () => {
    const chunk = framed([Buffer.from('abc'), Buffer.from('de')])
    const frames: Buffer[] = []
    new FrameSplitter().push(chunk, (frame) => frames.push(frame))
    chunk.fill(0)
    expect(frames.map(String)).toEqual(['abc', 'de'])
  })

  it('use the memory of frames that were given back, and of no others', () => {
    const buffers = new FrameBuffers()
    const splitter = new FrameSplitter(undefined, buffers)
    const next = (byte: number): Buffer => {
      const frames: Buffer[] = []
      const stream = framed([Buffer.alloc(100_000, byte)])
      for (let at = 0; at < stream.length; at += 30_000) {
        splitter.push(stream.subarray(at, at + 30_000), (frame) => frames.push(frame))
      }
      return frames[0] as Buffer
    }
    const first = next(1)
    const kept = next(2)
    buffers.give(first)
    const third = next(3)
    expect(third.buffer).toBe(first.buffer)
    expect(third).toEqual(Buffer.alloc(100_000, 3))
    expect(kept).toEqual(Buffer.alloc(100_000, 2))
    expect(next(4).buffer).not.toBe(third.buffer)
  })

  it('that grow beyond what their announcement is trusted for come out whole', () => {
    const body = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => at % 251))
    const stream = framed([body, Buffer.from('after')])
    const frames: Buffer[] = []
    const splitter = new FrameSplitter(undefined, new FrameBuffers())
    for (let at = 0; at < stream.length; at += 65_536) {
      splitter.push(stream.subarray(at, at + 65_536), (frame) => frames.push(frame))
    }
    expect(frames[0]?.equals(body)).toBe(true)
    expect(String(frames[1])).toBe('after')
  })
})

describe('headers', () => {
  it.each([9, 8, 12])('of requests and responses come back in version %i', (version) => {
    const { request, response } = apis.metadata
    const sent = Buffer.concat(frameRequest(request, version, 77, 'me', { topics: null }))
    const frame = sent.subarray(4)
    expect(sent.readInt32BE(0)).toBe(frame.length)
    expect(peekRequest(frame)).toEqual({ apiKey: 3, apiVersion: version, correlationId: 77 })
    const reader = new Reader(frame)
    expect(readRequestHeader(reader, request, version)).toMatchObject({
      requestApiKey: 3,
      correlationId: 77,
      clientId: 'me',
    })
    const answer = Buffer.concat(frameResponse(response, version, 77, {})).subarray(4)
    expect(readResponseHeader(new Reader(answer), response, version)).toBe(77)
  })

  it('of ApiVersions answers stay in version 0 where the body is flexible (KIP-511)', () => {
    const frame = Buffer.concat(frameResponse(apis.apiVersions.response, 3, 5, { errorCode: 35 }))
    expect(frame.readInt32BE(0)).toBe(frame.length - 4)
    expect(frame.subarray(4, 10).toString('hex')).toBe('000000050023')
  })

  it('too short to hold key, version and correlation id are refused', () => {
    expect(() => peekRequest(Buffer.alloc(7))).toThrow(DecodeError)
  })

  it('keep records by reference, for a gathered write', () => {
    const records = Buffer.alloc(5000, 1)
    const buffers = frameRequest(apis.produce.request, 9, 1, null, {
      topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
    })
    expect(buffers.some((buffer) => buffer.buffer === records.buffer)).toBe(true)
  })
})

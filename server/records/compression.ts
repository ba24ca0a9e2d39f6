// The four codecs of record batches, by the number that a batch's attributes carry.
//
// A batch may claim anything, so the size of the output is bounded before decoding: by what the
// compressed form itself says (its lengths and headers, read in snappy.ts, lz4-frame.ts and
// zstd-frame.ts) and, for gzip, by zlib's own limit. More than the caller allows is an error
// and never an allocation.

import { gunzipSync, gzipSync } from 'node:zlib'
import { CompressionError } from './compression-error.ts'
import { lz4FrameBytes } from './lz4-frame.ts'
import { lazyModule } from './native-module.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { compressSnappy, decompressSnappy } from './snappy.ts'
import { zstdBytesMax } from './zstd-frame.ts'

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CodecName = (typeof CODECS)[number]
export const CODEC_MAX = CODECS.length - 1

/** Over a hundred times what a batch may take compressed by default (max.message.bytes). */
export const DECOMPRESSED_BYTES_MAX = 128 * 1024 * 1024

const lz4 = lazyModule<{
  compressFrameSync(data: Buffer): Buffer
  decompressFrameSync(data: Buffer): Buffer
}>('lz4-napi')
/** Keeps one context for all threads, hence oneAtATime. */
const zstd = lazyModule<{
  compress(data: Buffer, level?: number): Uint8Array
  decompress(data: Buffer): Uint8Array
}>('@cloudpss/zstd/napi')

export function codecNumber(name: CodecName): number {
  return CODECS.indexOf(name)
}

/** The bytes that `data` stands for; `data` itself, as a view, when the codec is 0. */
export function decompress(codec: number, data: Buffer, bytesMax = DECOMPRESSED_BYTES_MAX): Buffer {
  const name = CODECS[codec]
  if (name === undefined) throw new CompressionError(`unknown compression codec ${codec}`)
  try {
    return decompressors[name](data, bytesMax)
  } catch (error) {
    if (error instanceof CompressionError) throw error
    throw new CompressionError(`${name}: ${messageOf(error)}`, error)
  }
}

/** `level` counts for gzip and zstd, in their own terms; left out, it is the codec's default. */
export function compress(codec: number, data: Buffer, level?: number): Buffer {
  const name = CODECS[codec]
  if (name === undefined) throw new CompressionError(`unknown compression codec ${codec}`)
  return compressors[name](data, level)
}

const decompressors: Record<CodecName, (data: Buffer, bytesMax: number) => Buffer> = {
  none: (data) => data,
  gzip: decompressGzip,
  snappy: decompressSnappy,
  lz4: (data, bytesMax) => {
    const frame = lz4FrameBytes(data)
    refuseOver(bytesMax, frame.outputBytesMax, 'lz4')
    return bounded(lz4().decompressFrameSync(data.subarray(0, frame.inputBytes)), bytesMax, 'lz4')
  },
  zstd: (data, bytesMax) => {
    refuseOver(bytesMax, zstdBytesMax(data), 'zstd')
    return bounded(asBuffer(oneAtATime(() => zstd().decompress(data))), bytesMax, 'zstd')
  },
}

const compressors: Record<CodecName, (data: Buffer, level?: number) => Buffer> = {
  none: (data) => data,
  gzip: (data, level) => gzipSync(data, level === undefined ? {} : { level }),
  snappy: compressSnappy,
  lz4: (data) => lz4().compressFrameSync(data),
  zstd: (data, level) => asBuffer(oneAtATime(() => zstd().compress(data, level))),
}

function decompressGzip(data: Buffer, bytesMax: number): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: bytesMax })
  } catch (error) {
    if (error instanceof RangeError) {
      throw new CompressionError(`gzip: more than ${bytesMax} bytes when decompressed`, error)
    }
    throw error
  }
}

function refuseOver(bytesMax: number, bytes: number, name: string): void {
  if (bytes > bytesMax) {
    throw new CompressionError(
      `${name}: up to ${bytes} bytes when decompressed, over the limit of ${bytesMax}`,
    )
  }
}

/** The bound from the headers has held; a decoder that went beyond it is not to be believed. */
function bounded(output: Buffer, bytesMax: number, name: string): Buffer {
  refuseOver(bytesMax, output.length, name)
  return output
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

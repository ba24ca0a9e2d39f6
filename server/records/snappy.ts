// Snappy as Kafka uses it: the framing of xerial's snappy-java around raw blocks, and bare raw
// blocks, which some clients send.
//
//   header   82 'S' 'N' 'A' 'P' 'P' 'Y' 00 · int32 version 1 · int32 compatible version 1
//   chunks   int32 length · a raw block, which begins with its own decompressed length

import { CompressionError } from './compression-error.ts'
import { lazyModule } from './native-module.ts'

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER_BYTES = 16
/** What snappy-java puts into one chunk. */
const CHUNK_BYTES = 32 * 1024
/** No snappy element says more than 64 bytes of output with fewer than 3 bytes of input. */
const GROWTH_MAX = 64 / 3

interface Snappy {
  compressSync(data: Buffer, options: { copyOutputData: boolean }): Buffer
  uncompressSync(data: Buffer, options: { asBuffer: boolean; copyOutputData: boolean }): Buffer
}
const snappy = lazyModule<Snappy>('snappy')

export function compressSnappy(data: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header)
  header.writeInt32BE(1, 8)
  header.writeInt32BE(1, 12)
  const parts: Buffer[] = [header]
  for (let at = 0; at < data.length; at += CHUNK_BYTES) {
    const block = snappy().compressSync(data.subarray(at, at + CHUNK_BYTES), {
      copyOutputData: true,
    })
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

export function decompressSnappy(data: Buffer, bytesMax: number): Buffer {
  const blocks = blocksOf(data)
  let total = 0
  for (const block of blocks) total += blockBytes(block)
  if (total > bytesMax) {
    throw new CompressionError(
      `snappy: ${total} bytes when decompressed, over the limit of ${bytesMax}`,
    )
  }
  const parts = blocks.map((block) =>
    snappy().uncompressSync(block, { asBuffer: true, copyOutputData: true }),
  )
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

function blocksOf(data: Buffer): Buffer[] {
  const framed = data.length >= HEADER_BYTES && data.compare(MAGIC, 0, 8, 0, 8) === 0
  if (!framed) return [data]
  const blocks: Buffer[] = []
  let at = HEADER_BYTES
  while (at < data.length) {
    // A stream written in several parts repeats the header between chunks.
    if (data.length - at >= HEADER_BYTES && data.compare(MAGIC, 0, 8, at, at + 8) === 0) {
      at += HEADER_BYTES
      continue
    }
    const length = at + 4 <= data.length ? data.readInt32BE(at) : -1
    if (length <= 0 || length > data.length - at - 4) {
      throw new CompressionError(`snappy: a chunk of ${length} bytes at byte ${at}`)
    }
    blocks.push(data.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return blocks
}

/** Decompressed length that a raw block claims, refused when its bytes could never hold it. */
function blockBytes(block: Buffer): number {
  let length = 0
  for (let index = 0; index < 5; index++) {
    const byte = block[index]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte >= 0x80) continue
    if (length > block.length * GROWTH_MAX) {
      throw new CompressionError(`snappy: ${block.length} bytes claim to stand for ${length}`)
    }
    return length
  }
  throw new CompressionError('snappy: a block without a length')
}

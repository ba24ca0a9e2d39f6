// How large the content of Zstandard frames can be, from their headers alone.
//
//   28 B5 2F FD · descriptor · [window] · [dictionary id] · [content size]
//   blocks: 3 bytes (bit 0 last, bits 1-2 type, bits 3-23 size) · bytes
//     type 0 stored, 1 one byte repeated `size` times, 2 compressed (at most 128 KiB of content)
//   [content checksum 4]; skippable frames 5x 2A 4D 18 · uint32 length · bytes may stand between

import { CompressionError } from './compression-error.ts'

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const BLOCK_BYTES_MAX = 128 * 1024
/** The decoder keeps a window of this size when the frame is not of known length. */
const WINDOW_BYTES_MAX = 128 * 1024 * 1024
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const

export function zstdBytesMax(data: Buffer): number {
  let total = 0
  let at = 0
  let frames = 0
  while (at < data.length) {
    need(data, at, 8)
    const magic = data.readUInt32LE(at)
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      at += 8 + data.readUInt32LE(at + 4)
      need(data, at, 0)
      continue
    }
    if (magic !== FRAME_MAGIC) throw new CompressionError('zstd: not a Zstandard frame')
    const frame = readFrame(data, at + 4)
    total += frame.bytesMax
    at = frame.end
    frames++
  }
  if (frames === 0) throw new CompressionError('zstd: no frame')
  return total
}

function readFrame(data: Buffer, from: number): { bytesMax: number; end: number } {
  const descriptor = data.readUInt8(from)
  const singleSegment = (descriptor & 0x20) !== 0
  let at = from + 1
  if (!singleSegment) {
    need(data, at, 1)
    const window = data.readUInt8(at)
    const bytes = 2 ** (10 + (window >>> 3)) * (1 + (window & 7) / 8)
    if (bytes > WINDOW_BYTES_MAX) throw new CompressionError(`zstd: a window of ${bytes} bytes`)
    at += 1
  }
  at += DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]
  const sizeFlag = (descriptor >>> 6) as 0 | 1 | 2 | 3
  const sizeBytes = sizeFlag === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]
  need(data, at, sizeBytes)
  const claimed = sizeBytes === 0 ? undefined : contentSize(data, at, sizeBytes)
  at += sizeBytes
  const blocks = walkBlocks(data, at)
  const end = blocks.end + (descriptor & 0x04 ? 4 : 0)
  need(data, end, 0)
  // The decoder allocates what the frame claims, so a claim beyond its blocks is a lie or a bomb.
  if (claimed !== undefined && claimed > blocks.bytesMax) {
    throw new CompressionError(`zstd: claims ${claimed} bytes, has at most ${blocks.bytesMax}`)
  }
  return { bytesMax: claimed ?? blocks.bytesMax, end }
}

function contentSize(data: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(data.readBigUInt64LE(at))
  // Sizes of two bytes begin at 256, where those of one byte end.
  return data.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0)
}

function walkBlocks(data: Buffer, from: number): { bytesMax: number; end: number } {
  let bytesMax = 0
  let at = from
  for (;;) {
    need(data, at, 3)
    const header = data.readUIntLE(at, 3)
    const type = (header >>> 1) & 3
    const size = header >>> 3
    if (type === 3) throw new CompressionError('zstd: a block of reserved type')
    bytesMax += type === 2 ? BLOCK_BYTES_MAX : size
    at += 3 + (type === 1 ? 1 : size)
    need(data, at, 0)
    if (header & 1) return { bytesMax, end: at }
  }
}

function need(data: Buffer, at: number, bytes: number): void {
  if (at + bytes > data.length) throw new CompressionError('zstd: a frame that is cut short')
}

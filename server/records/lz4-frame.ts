// How large an LZ4 frame is and how large its content can be, from its headers alone.
//
//   04 22 4D 18 · FLG · BD · [content size 8] · [dictionary id 4] · header checksum 1
//   blocks: uint32 length, top bit set when stored as it is · bytes · [block checksum 4]
//   a block length of 0 ends the frame · [content checksum 4]

import { CompressionError } from './compression-error.ts'

const FRAME_MAGIC = 0x184d2204
/** One byte of LZ4 says at most 255 bytes of output. */
const GROWTH_MAX = 255
const BLOCK_CHECKSUM = 0x10
const CONTENT_SIZE = 0x08
const CONTENT_CHECKSUM = 0x04
const DICTIONARY = 0x01

export interface Lz4FrameBytes {
  inputBytes: number
  outputBytesMax: number
}

export function lz4FrameBytes(data: Buffer): Lz4FrameBytes {
  if (data.length < 7 || data.readUInt32LE(0) !== FRAME_MAGIC) {
    throw new CompressionError('lz4: not an LZ4 frame')
  }
  const flags = data.readUInt8(4)
  if (flags >>> 6 !== 1) throw new CompressionError('lz4: unknown frame version')
  const blockBytesMax = 4 ** ((data.readUInt8(5) >>> 4) & 7) * 256
  if (blockBytesMax < 65_536) throw new CompressionError('lz4: unknown block size')
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0)
  const trailerBytes = flags & BLOCK_CHECKSUM ? 4 : 0
  let outputBytesMax = 0
  for (;;) {
    if (at + 4 > data.length) throw new CompressionError('lz4: a frame without an end')
    const word = data.readUInt32LE(at)
    at += 4
    if (word === 0) break
    const bytes = word & 0x7fffffff
    if (bytes > data.length - at) throw new CompressionError(`lz4: a block of ${bytes} bytes`)
    outputBytesMax += word >= 0x80000000 ? bytes : Math.min(bytes * GROWTH_MAX, blockBytesMax)
    at += bytes + trailerBytes
  }
  if (flags & CONTENT_CHECKSUM) at += 4
  if (at > data.length) throw new CompressionError('lz4: a frame without its checksum')
  return { inputBytes: at, outputBytesMax }
}

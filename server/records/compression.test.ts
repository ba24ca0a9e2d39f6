import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CODECS, codecNumber, compress, decompress } from './compression.ts'
import { CompressionError } from './compression-error.ts'
import { crc32c, crc32cPlain } from './crc32c.ts'

const packed = CODECS.filter((name) => name !== 'none')

describe('every codec', () => {
  it.each(packed)('%s gives back what it was given', (name) => {
    const codec = codecNumber(name)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3000), (part, times) => {
        const data = Buffer.concat(Array.from({ length: Math.min(times, 200) }, () => part))
        expect(decompress(codec, compress(codec, data)).equals(data)).toBe(true)
      }),
    )
    const long = Buffer.alloc(700_000, 'long content that repeats itself ')
    expect(decompress(codec, compress(codec, long)).equals(long)).toBe(true)
  })

  it.each(packed)('%s refuses what would be larger than allowed, before it is made', (name) => {
    const codec = codecNumber(name)
    const bomb = compress(codec, Buffer.alloc(40_000_000))
    const before = process.memoryUsage()
    expect(() => decompress(codec, bomb, 1_000_000)).toThrow(CompressionError)
    const after = process.memoryUsage()
    const grown = after.external + after.arrayBuffers - before.external - before.arrayBuffers
    expect(grown).toBeLessThan(10_000_000)
  })

  it.each(packed)('%s ends in a CompressionError on random and mutated bytes', (name) => {
    const codec = codecNumber(name)
    const good = compress(codec, Buffer.from('some text that repeats, some text that repeats'))
    const attempt = (data: Buffer) => {
      try {
        expect(decompress(codec, data, 100_000).length).toBeLessThanOrEqual(100_000)
      } catch (error) {
        expect(error).toBeInstanceOf(CompressionError)
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(), fc.nat(255), (random, at, to) => {
        attempt(Buffer.from(random))
        const mutated = Buffer.from(good)
        mutated[at % mutated.length] = to
        attempt(mutated)
        attempt(good.subarray(0, at % good.length))
      }),
      { numRuns: 2000 },
    )
  })

  it('names an unknown codec', () => {
    expect(() => decompress(5, Buffer.alloc(1))).toThrow('unknown compression codec 5')
  })
})

describe('what other clients send', () => {
  const text = Buffer.from('hello hello hello hello hello hello hello')

  it('takes a bare snappy block', () => {
    const framed = compress(codecNumber('snappy'), text)
    const block = framed.subarray(20)
    expect(decompress(codecNumber('snappy'), block).equals(text)).toBe(true)
  })

  it('takes an lz4 frame whose block is stored as it is', () => {
    const content = Buffer.from('abc')
    const length = Buffer.alloc(4)
    length.writeUInt32LE(0x80000000 + content.length)
    const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
    const frame = Buffer.concat([header, length, content, Buffer.alloc(4)])
    expect(decompress(codecNumber('lz4'), frame).equals(content)).toBe(true)
  })

  it('refuses a deflate stream without the gzip header', () => {
    expect(() => decompress(codecNumber('gzip'), deflateRawSync(text))).toThrow(CompressionError)
    expect(decompress(codecNumber('gzip'), gzipSync(text)).equals(text)).toBe(true)
  })
})

describe('CRC-32C', () => {
  it('has the check value of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('is the same in native code and without, in one piece and in two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), fc.nat(1000), (data, cut) => {
        const at = Math.min(cut, data.length)
        const whole = crc32cPlain(data)
        expect(crc32c(data)).toBe(whole)
        expect(crc32c(data.subarray(at), crc32c(data.subarray(0, at)))).toBe(whole)
      }),
    )
  })
})

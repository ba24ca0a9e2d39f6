import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payload } from '../contracts/messages.ts'
import { decodePayload } from './decode-payload.ts'

const options = { textMax: 1000 }
const bytesOf = (text: string) => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array) => {
  const decoded = decodePayload(bytes, options)
  if (decoded === null) throw new Error('bytes decoded to null')
  return decoded
}
const int64 = (value: bigint) => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, value)
  return bytes
}

describe('decoding a payload', () => {
  it('keeps null apart from empty', () => {
    expect(decodePayload(null, options)).toBeNull()
    expect(decode(new Uint8Array())).toMatchObject({ decoder: 'empty', text: '', size: 0 })
  })

  it('shows JSON as it was written, with every digit', () => {
    const text = '{ "id": 9007199254740993, "price": 0.10000000000000000001 }'
    expect(decode(bytesOf(text))).toMatchObject({ decoder: 'json', text, truncated: false })
  })

  it('says why it was not JSON', () => {
    const decoded = decode(bytesOf('{"a":'))
    expect(decoded.decoder).toBe('text')
    const refusal = decoded.refused.find(({ decoder }) => decoder === 'json')
    expect(refusal?.reason).toMatch(/not valid JSON/)
    expect(decoded.refused.map(({ decoder }) => decoder)).not.toContain('text')
  })

  it('leaves bare numbers and words as text', () => {
    for (const text of ['42', 'true', 'null', 'plain words', '<script>alert(1)']) {
      expect(decode(bytesOf(text))).toMatchObject({ decoder: 'text', text })
    }
  })

  it.each([
    [new Uint8Array([0, 0, 0, 42]), 'int32', '42'],
    [new Uint8Array([255, 255, 255, 254]), 'int32', '-2'],
    [int64(1_795_203_923_469n), 'int64', '1795203923469'],
    [int64(-1n), 'int64', '-1'],
    [new Uint8Array([0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18]), 'float64', `${Math.PI}`],
    [new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0x00]), 'hex', 'ffd8ffe000'],
    [new Uint8Array([0x12, 0x34, 0x56, 0x00]), 'hex', '12345600'],
  ])('reads %o as %s', (bytes, decoder, text) => {
    expect(decode(bytes)).toMatchObject({ decoder, text })
  })

  it('shows bytes that are not UTF-8 as hex and not with replacement characters', () => {
    expect(decode(new Uint8Array([0x61, 0xc3, 0x28]))).toMatchObject({
      decoder: 'hex',
      text: '61c328',
    })
  })

  it('cuts long text without splitting a character, and says so', () => {
    const decoded = decodePayload(bytesOf('ab😀'), { textMax: 3 })
    expect(decoded).toMatchObject({ text: 'ab', truncated: true, size: 6 })
    const hex = decodePayload(new Uint8Array(1000).fill(0x80), { textMax: 10 })
    expect(hex).toMatchObject({ decoder: 'hex', text: '8080808080', truncated: true })
  })

  it('does not cut what just fits', () => {
    expect(decodePayload(bytesOf('abc'), { textMax: 3 })).toMatchObject({ truncated: false })
  })

  it('answers any bytes within its contract, and text gives the bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decode(bytes)
        payload.parse(decoded)
        expect(decoded.size).toBe(bytes.length)
        if (decoded.decoder === 'json' || decoded.decoder === 'text') {
          expect(bytesOf(decoded.text)).toEqual(bytes)
        }
        if (decoded.decoder === 'hex') {
          const pairs = decoded.text.match(/../g) ?? []
          expect(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))).toEqual(bytes)
        }
      }),
    )
  })

  it('takes every JSON document for JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.json()), fc.object()), (value) => {
        const text = JSON.stringify(value)
        expect(decodePayload(bytesOf(text), { textMax: 1e6 })).toMatchObject({
          decoder: 'json',
          text,
        })
      }),
    )
  })
})

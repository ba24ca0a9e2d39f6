import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { Cursor } from './avro/cursor.ts'
import { timestampOf } from './avro/logical.ts'
import { textOfUtf8 } from './bytes-text.ts'
import { writeExactJson } from './exact-json.ts'

/** Any sequence of UTF-16 units, halves of pairs and controls among them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
  .map((units) => String.fromCharCode(...units))
const anyData = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('data'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('data'), { maxKeys: 5 }),
  ),
})).data

describe('JSON with every digit', () => {
  it('is what JSON.stringify writes, where that loses nothing', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        expect(JSON.parse(writeExactJson(data))).toEqual(JSON.parse(JSON.stringify(data)))
        // Unpaired halves of characters are escaped, as JSON.stringify does it.
        expect(() => encodeURIComponent(writeExactJson(data))).not.toThrow()
      }),
    )
  })

  it('that is cut is the beginning of the whole', () => {
    fc.assert(
      fc.property(anyData, fc.nat(200), (data, lengthMax) => {
        const [whole, cut] = [writeExactJson(data), writeExactJson(data, lengthMax)]
        if (whole.length <= lengthMax) expect(cut).toBe(whole)
        else {
          expect(cut.length).toBeGreaterThan(lengthMax)
          // A text inside that is cut is closed all the same.
          expect(whole.slice(0, lengthMax)).toBe(cut.slice(0, lengthMax))
        }
      }),
    )
  })

  it('keeps bigints, digits, signs of zero and what JSON has no number for', () => {
    const data = [2n ** 64n, new LosslessNumber('1.10'), -0, 0, 1e21, Number.NaN, -Infinity]
    expect(writeExactJson(data)).toBe('[18446744073709551616,1.10,-0.0,0,1e+21,"NaN","-Infinity"]')
  })
})

describe('what goes into it', () => {
  it('longs of any size are read exactly', () => {
    const zigzag = (value: bigint) => {
      const bytes: number[] = []
      let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
      for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
      return Uint8Array.from([...bytes, Number(rest)])
    }
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.nat(63),
        (big, bits) => {
          const value = big >> BigInt(bits)
          const cursor = new Cursor(zigzag(value))
          const read = cursor.long()
          expect(BigInt(read)).toBe(value)
          expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint')
          expect(cursor.left).toBe(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('short texts are what a decoder makes of the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.nat(5), (text, before) => {
        const bytes = Buffer.concat([
          Buffer.alloc(before, 0x21),
          Buffer.from(text),
          Buffer.from('!'),
        ])
        expect(textOfUtf8(bytes, before, bytes.length - 1)).toBe(text)
        expect(textOfUtf8(Uint8Array.from(Buffer.from(text)))).toBe(text)
      }),
    )
  })

  it('times are those of the calendar, whatever came before', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (ms) => {
        expect(timestampOf(ms, 1_000, false)).toBe(new Date(ms).toISOString())
        const nanos = BigInt(ms) * 1_000_000n + 7n
        const expected = new Date(ms).toISOString().replace('Z', '000007Z')
        expect(timestampOf(nanos, 1_000_000_000, false)).toBe(expected)
      }),
    )
  })
})

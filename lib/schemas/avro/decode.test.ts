import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeExactJson } from '../exact-json.ts'
import { avroDecoder } from './decode.ts'
import { parseAvro } from './parse.ts'

const decode = (schema: unknown, bytes: Uint8Array | number[]) =>
  writeExactJson(avroDecoder(parseAvro(JSON.stringify(schema)))(Uint8Array.from(bytes)))

describe('reading Avro', () => {
  it.each([
    ['null', [], 'null'],
    ['boolean', [1], 'true'],
    ['int', [0x80, 0x80, 0x80, 0x80, 0x08], '1073741824'],
    ['int', [0xff, 0xff, 0xff, 0xff, 0x0f], '-2147483648'],
    ['long', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], '-9223372036854775808'],
    ['long', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], '9223372036854775807'],
    ['float', [0xcd, 0xcc, 0xcc, 0x3d], '0.1'],
    ['double', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f], '"NaN"'],
    ['string', [8, 0xf0, 0x9f, 0x90, 0x9f], '"🐟"'],
    ['string', [4, 0xc3, 0x28], '"0xc328 (not valid UTF-8)"'],
    ['bytes', [4, 0xff, 0x00], '"/wA="'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 }, [4, 0x04, 0xe2], '12.50'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 3, scale: 2 }, [2, 0xff], '-0.01'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 2, scale: 3 }, [2, 0xff], '"/w=="'],
    [{ type: 'int', logicalType: 'date' }, [0xbc, 0xc2, 0x2], '"2026-07-04"'],
    [{ type: 'int', logicalType: 'time-millis' }, [0x84, 0xae, 0xe4, 0x44], '"20:02:05.314"'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, [1], '"1969-12-31T23:59:59.999Z"'],
    [{ type: 'long', logicalType: 'timestamp-micros' }, [1], '"1969-12-31T23:59:59.999999Z"'],
    [{ type: 'long', logicalType: 'timestamp-nanos' }, [2], '"1970-01-01T00:00:00.000000001Z"'],
    [{ type: 'long', logicalType: 'local-timestamp-millis' }, [2], '"1970-01-01T00:00:00.001"'],
    [{ type: 'string', logicalType: 'uuid' }, [2, 0x61], '"a"'],
    [['null', 'string'], [2, 2, 0x61], '"a"'],
    [['null', 'string'], [0], 'null'],
    [['int', 'long'], [2, 4], '{"long":2}'],
    [{ type: 'map', values: 'int' }, [2, 2, 0x61, 2, 0], '{"a":1}'],
    [{ type: 'array', items: 'int' }, [3, 4, 2, 4, 0], '[1,2]'],
  ])('%j %j is %s', (schema, bytes, expected) => {
    expect(decode(schema, bytes)).toBe(expected)
  })

  it('keeps fields whose names mean something to JavaScript', () => {
    const schema = {
      type: 'record',
      name: 'constructor',
      fields: [
        { name: '__proto__', type: 'int' },
        { name: 'toString', type: { type: 'map', values: 'int' } },
      ],
    }
    expect(decode(schema, [2, 2, 18, ...Buffer.from('__proto__'), 4, 0])).toBe(
      '{"__proto__":1,"toString":{"__proto__":2}}',
    )
  })

  it.each([
    ['int', [], /ends too early/],
    ['int', [0x80], /ends too early/],
    ['int', [2, 2], /ends at byte 1, but 1 more/],
    ['long', Array.from({ length: 11 }, () => 0x80), /more than 10 bytes/],
    ['string', [0xfe, 0xff, 0xff, 0xff, 0x0f], /ends too early/],
    ['string', [1], /length before byte 1 is -1/],
    ['boolean', [2], /no boolean/],
    [['null', 'int'], [4], /has no branch 2/],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, [2], /no symbol 1/],
    // A list that says it has 30 million items, in five bytes, and one of nothing at all.
    [{ type: 'array', items: 'int' }, [0x80, 0x8e, 0xce, 0x1c], /30000000 is said to follow/],
    [{ type: 'array', items: 'null' }, [0x80, 0x8e, 0xce, 0x1c], /empty items/],
  ])('%j refuses %j: %s', (schema, bytes, reason) => {
    expect(() => decode(schema, bytes)).toThrow(reason)
  })

  it('refuses data nested deeper than a screen could show, without running out of stack', () => {
    const schema = {
      type: 'record',
      name: 'Node',
      fields: [{ name: 'next', type: ['null', 'Node'] }],
    }
    expect(() => decode(schema, [...Array.from({ length: 1e5 }, () => 2), 0])).toThrow(
      /deeper than/,
    )
    const endless = { type: 'record', name: 'E', fields: [{ name: 'e', type: 'E' }] }
    expect(() => decode(endless, [])).toThrow(/deeper than/)
  })

  it('reads what another implementation wrote', () => {
    const schema = {
      type: 'record',
      name: 'R',
      fields: [
        { name: 'i', type: 'int' },
        { name: 'l', type: 'long' },
        { name: 'f', type: 'float' },
        { name: 'd', type: 'double' },
        { name: 's', type: 'string' },
        { name: 'b', type: 'boolean' },
        { name: 'u', type: ['null', 'string'] },
        { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
        { name: 'a', type: { type: 'array', items: 'string' } },
        { name: 'm', type: { type: 'map', values: 'double' } },
      ],
    } as const
    const theirs = avsc.Type.forSchema(schema as never)
    const ours = avroDecoder(parseAvro(JSON.stringify(schema)))
    const name = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((text) => text !== '__proto__')
    fc.assert(
      fc.property(
        fc.record({
          i: fc.integer(),
          // The other one loses digits beyond 2^52.
          l: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
          f: fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8),
          d: fc.double({ noNaN: true, noDefaultInfinity: true }),
          s: fc.string({ unit: 'grapheme' }),
          b: fc.boolean(),
          u: fc.option(fc.string({ unit: 'grapheme' })),
          e: fc.constantFrom('A', 'B'),
          a: fc.array(fc.string({ unit: 'grapheme' })),
          m: fc.dictionary(name, fc.double({ noNaN: true, noDefaultInfinity: true })),
        }),
        (value) => {
          expect(ours(theirs.toBuffer(value))).toEqual({ ...value, m: { ...value.m } })
        },
      ),
    )
  })

  it('answers any bytes with data or a reason', () => {
    const read = avroDecoder(
      parseAvro(
        JSON.stringify({
          type: 'record',
          name: 'R',
          fields: [
            { name: 'a', type: { type: 'array', items: ['null', 'R', 'bytes'] } },
            { name: 'd', type: { type: 'bytes', logicalType: 'big-decimal' } },
          ],
        }),
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          writeExactJson(read(bytes))
        } catch (error) {
          expect((error as Error).name).toBe('PayloadError')
        }
      }),
    )
  })
})

import { readFileSync } from 'node:fs'
import avsc from 'avsc'
import fc from 'fast-check'
import { parse as parseLossless } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { exactNumber } from '../exact-json.ts'
import { ByteSink } from '../written.ts'
import { avroDecoder } from './decode.ts'
import type { RecordNode } from './node.ts'
import { parseAvro } from './parse.ts'
import { avroEncoder, avroWriter } from './write.ts'

const exactly = (text: string) => parseLossless(text, null, { parseNumber: exactNumber })
const encode = (schema: unknown, text: string) =>
  avroEncoder(parseAvro(JSON.stringify(schema)))(exactly(text))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('writing Avro', () => {
  it.each([
    ['int', '-2147483648', 'ffffffff0f'],
    ['long', '9223372036854775807', 'feffffffffffffffff01'],
    ['long', '-9223372036854775808', 'ffffffffffffffffff01'],
    ['long', '5.0', '0a'],
    ['double', '"NaN"', '000000000000f87f'],
    ['double', '-0.0', '0000000000000080'],
    ['string', '"🐟"', '08f09f909f'],
    ['bytes', '"/wA="', '04ff00'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 }, '12.5', '0404e2'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 }, '"-0.01"', '02ff'],
    [{ type: 'fixed', name: 'D', size: 4, logicalType: 'decimal', precision: 5 }, '-2', 'fffffffe'],
    [{ type: 'int', logicalType: 'date' }, '"2026-07-04"', 'bcc202'],
    [{ type: 'int', logicalType: 'time-millis' }, '"20:02:05.314"', '84aee444'],
    [{ type: 'long', logicalType: 'timestamp-micros' }, '"1970-01-01T00:00:00.000001Z"', '02'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, '"1970-01-01T01:00:00+01:00"', '00'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, '-1', '01'],
    [['null', 'string'], '"a"', '020261'],
    [['null', 'string'], '{"string":"a"}', '020261'],
    [['int', 'long'], '{"long":2}', '0204'],
    [['int', 'long'], '3000000000', '0280f882ad16'],
    [{ type: 'map', values: 'int' }, '{"a":1}', '0202610200'],
    [{ type: 'array', items: 'int' }, '[]', '00'],
  ])('%j of %s is %s', (schema, text, expected) => {
    expect(hex(encode(schema, text))).toBe(expected)
  })

  it.each([
    ['int', '2147483648', /32 bits/],
    ['long', '9223372036854775808', /64 bits/],
    ['long', '1.5', /no long/],
    ['bytes', '"?"', /no base64/],
    ['string', '"\\ud800"', /half of a character/],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, '"C"', /no symbol of E, which has A, B/],
    [{ type: 'fixed', name: 'F', size: 2 }, '"AAAA"', /2 bytes, and this is 3/],
    [{ type: 'int', logicalType: 'date' }, '"2026-02-30"', /no date/],
    [{ type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, '100.00', /4 digits/],
    [{ type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, '1.005', /2 digits behind/],
    [{ type: 'long', logicalType: 'timestamp-millis' }, '"1970-01-01T00:00:00.0001Z"', /finer/],
    [['null', 'int'], '"x"', /no int|none of null, int/],
    [['int', 'string'], 'true', /true is none of int, string/],
  ])('%j refuses %s', (schema, text, message) => {
    expect(() => encode(schema, text)).toThrow(message)
  })

  const order = {
    type: 'record',
    name: 'Order',
    fields: [
      { name: 'id', type: 'long' },
      {
        name: 'items',
        type: {
          type: 'array',
          items: { type: 'record', name: 'Item', fields: [{ name: 'sku', type: 'string' }] },
        },
      },
      { name: 'raw', type: 'bytes', default: '\u00ff' },
    ],
  }

  it('says where in the data something is wrong', () => {
    expect(() => encode(order, '{"id":1,"items":[{"sku":"a"},{"sku":2}]}')).toThrow(
      'items[1].sku: 2 is no text',
    )
    expect(() => encode(order, '{"items":[]}')).toThrow('id: it is missing, and has no default')
    expect(() => encode(order, '{"id":1,"items":[],"odd name":1}')).toThrow(
      '["odd name"]: the record Order has no such field',
    )
  })

  it('writes the default of what is left out, and tells of what it has no place for', () => {
    const unknown: unknown[] = []
    const sink = new ByteSink()
    const write = avroWriter(parseAvro(JSON.stringify(order)), {
      onUnknown: (path) => unknown.push(path),
    })
    write(sink, { id: 1, items: [], more: 1 })
    expect(hex(sink.take())).toBe('020002ff')
    expect(unknown).toEqual([['more']])
  })

  it('takes other names for fields than those of the schema', () => {
    const sink = new ByteSink()
    const node = parseAvro(JSON.stringify(order)) as RecordNode
    const nameInData = (_: RecordNode, field: string) => (field === 'id' ? 'the id' : field)
    avroWriter(node, { nameInData })(sink, { 'the id': 1, items: [] })
    expect(hex(sink.take())).toBe('020002ff')
  })

  it('refuses to round when it is told to be exact', () => {
    const write = avroWriter(parseAvro('"double"'), { exact: true })
    expect(() => write(new ByteSink(), exactly('0.12345678901234567890123'))).toThrow(/more digits/)
    expect(() => write(new ByteSink(), exactly('9007199254740993'))).toThrow(/more digits/)
    write(new ByteSink(), exactly('0.10'))
    write(new ByteSink(), exactly('1e3'))
  })

  it('reads back as what other writers wrote', () => {
    const text = readFileSync(new URL('../golden/avro.json', import.meta.url), 'utf8')
    const { cases } = JSON.parse(text) as {
      cases: { name: string; schema: string; bytes: string; shown: string }[]
    }
    expect(cases.length).toBeGreaterThan(10)
    for (const { name, schema, bytes, shown } of cases) {
      const node = parseAvro(schema)
      const written = avroEncoder(node)(exactly(shown))
      // Their writers put lists into one block too, so that the bytes are the same.
      expect(`${name}: ${Buffer.from(written).toString('base64')}`).toBe(`${name}: ${bytes}`)
    }
  })

  it('writes what it reads, for random schemas of another implementation', () => {
    fc.assert(
      fc.property(fc.integer(), () => {
        const type = avsc.Type.forSchema(order as avsc.Schema)
        const value = type.random() as object
        const bytes = type.toBuffer(value)
        const node = parseAvro(JSON.stringify(order))
        const written = avroEncoder(node)(avroDecoder(node)(bytes))
        expect(hex(written)).toBe(hex(bytes))
      }),
    )
  })
})

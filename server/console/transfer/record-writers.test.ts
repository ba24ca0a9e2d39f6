import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileRecord } from '../../../lib/contracts/search.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { ApiError } from '../problem.ts'
import { parseColumns } from './columns.ts'
import { readNdjson } from './ndjson-lines.ts'
import { encodingOf, type FileOutput, fileWriter, writeCsvRow } from './record-writers.ts'

type Parts = Partial<Pick<FetchedRecord, 'key' | 'value' | 'headers' | 'timestamp'>>

function recordOf(parts: Parts): FetchedRecord {
  const { key = null, value = null } = parts
  return {
    partition: 2,
    offset: 9007199254740993n,
    timestamp: 5n,
    headers: [],
    ...parts,
    key,
    value,
  } as FetchedRecord
}
const bytes = (text: string) => Buffer.from(text)
const write = (output: FileOutput, parts: Parts) => fileWriter(output)('orders', recordOf(parts))
const csv = (columns: string, parts: Parts): (string | undefined)[] => {
  const named = parseColumns(columns)
  const row = write({ kind: 'csv', columns: named.map(({ column }) => column) }, parts)
  return (parse(row) as string[][])[0] ?? []
}

const payload = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((data) => Buffer.from(data)),
    fc.string({ unit: 'binary', maxLength: 50 }).map(bytes),
    fc.constantFrom('', '\ufeff', '\u2028', '"', '\\', '\r\n', '{"a": 1.0}').map(bytes),
  ),
)

describe('a line of NDJSON', () => {
  it('reads back as the same record, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        payload,
        payload,
        fc.array(fc.record({ key: fc.string({ unit: 'binary' }), value: payload })),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        async (key, value, headers, timestamp) => {
          const line = write({ kind: 'ndjson' }, { key, value, headers, timestamp })
          expect(line.indexOf('\n')).toBe(line.length - 1)
          fileRecord.parse(JSON.parse(line))
          const file = (async function* () {
            yield Buffer.from(line, encodingOf({ kind: 'ndjson' }))
          })()
          for await (const read of readNdjson(file, { lines: 'records', keepPartitions: true })) {
            expect(read).toMatchObject({ draft: { key, value, headers, timestamp, partition: 2 } })
          }
        },
      ),
    )
  })

  it('is what people can read, too', () => {
    expect(write({ kind: 'ndjson' }, { key: bytes('k'), value: Buffer.from([0xff]) })).toBe(
      '{"topic":"orders","partition":2,"offset":"9007199254740993","timestamp":"5","key":"k","value":{"encoding":"base64","data":"/w=="},"headers":[]}\n',
    )
  })
})

describe('a row of CSV', () => {
  it('reads back as the same texts, with null apart from empty', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', '\r', '\n', ',', ''),
    )
    fc.assert(
      fc.property(fc.array(fc.option(text), { minLength: 2 }), (cells) => {
        const cast = (value: string, { quoting }: { quoting: boolean }) =>
          value === '' && !quoting ? null : value
        expect(parse(writeCsvRow(cells), { cast })).toEqual([cells])
      }),
    )
  })

  it('has the columns that are asked for, exactly', () => {
    const value = bytes(
      '{"id":12345678901234567890,"price":1.10,"items":[{"sku":"a"},{"sku":"b"},{}],"deep":{"on":true,"none":null},"a,b":"c"}',
    )
    expect(csv('topic,partition,offset,timestamp,key', { value })).toEqual([
      'orders',
      '2',
      '9007199254740993',
      '5',
      '',
    ])
    expect(csv('value.id,value.items[].sku,value.items[1].sku,value.missing', { value })).toEqual([
      '12345678901234567890',
      '["a","b"]',
      'b',
      '',
    ])
    expect(csv('value.deep, value["a,b"], value.deep.on, value.deep.none', { value })).toEqual([
      '{"on":true,"none":null}',
      'c',
      'true',
      '',
    ])
  })

  it('takes headers by name, and keeps bytes that are no text', () => {
    const headers = [
      { key: 'trace id', value: bytes('1') },
      { key: 'trace id', value: Buffer.from([0xff]) },
    ]
    expect(csv('headers,key', { headers, key: Buffer.from([0xff]) })).toEqual([
      '[{"key":"trace id","value":"1"},{"key":"trace id","value":{"encoding":"base64","data":"/w=="}}]',
      'base64:/w==',
    ])
    expect(csv('header["trace id"],key', { headers: headers.slice(0, 1) })).toEqual(['1', ''])
  })

  it.each(['nothing', 'value.', 'key,,value.[', 'value.a = 1', 'offset.x)'])(
    'refuses the columns %j',
    (columns) => {
      expect(() => parseColumns(columns)).toThrow(ApiError)
    },
  )
})

describe('raw values', () => {
  it('are the bytes with a line feed behind, and nothing for a tombstone', () => {
    const file = [Buffer.from([0, 255, 10]), null, Buffer.alloc(0), bytes('é')]
      .map((value) => write({ kind: 'raw' }, { value }))
      .join('')
    expect(Buffer.from(file, encodingOf({ kind: 'raw' }))).toEqual(
      Buffer.concat([Buffer.from([0, 255, 10, 10, 10]), bytes('é\n')]),
    )
  })
})

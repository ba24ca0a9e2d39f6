import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../problem.ts'
import { type CsvOptions, readCsv } from './csv-rows.ts'
import { fileBytes } from './file-bytes.ts'
import { FileError } from './import-line.ts'

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface Read {
  line: number
  key?: string | null
  value?: string | null
  refusal?: string
}

async function read(
  csv: string | Buffer,
  options: Partial<CsvOptions> = {},
  chunk = 7,
): Promise<Read[]> {
  const rows: Read[] = []
  await readInto(rows, csv, options, chunk)
  return rows
}

/** What was read before a failure stays in `rows`. */
async function readInto(
  rows: Read[],
  csv: string | Buffer,
  options: Partial<CsvOptions> = {},
  chunk = 7,
): Promise<void> {
  const file = fileBytes(inChunks(Buffer.from(csv), chunk), () => undefined)
  const columns = { delimiter: ',', keyColumn: undefined, valueColumn: undefined, ...options }
  for await (const row of await readCsv(file, columns)) {
    const { line } = row
    if ('refusal' in row) rows.push({ line, refusal: row.refusal })
    else {
      const { key, value } = row.draft
      rows.push({
        line,
        key: key && Buffer.from(key).toString(),
        value: value && Buffer.from(value).toString(),
      })
    }
  }
}

describe('reading CSV', () => {
  it('makes a row an object of texts, in the order of the columns', async () => {
    expect(await read('2,1,b\n007,"a ""quoted"", text",\n"two\nlines",é,""\n')).toEqual([
      { line: 2, key: null, value: '{"2":"007","1":"a \\"quoted\\", text","b":null}' },
      { line: 3, key: null, value: '{"2":"two\\nlines","1":"é","b":""}' },
    ])
  })

  it('takes key and value from columns, with null apart from empty', async () => {
    const rows = await read('k,v,x\na,1,\n,"",\n"",,\n', { keyColumn: 'k', valueColumn: 'v' })
    expect(rows.map(({ key, value }) => [key, value])).toEqual([
      ['a', '1'],
      [null, ''],
      ['', null],
    ])
  })

  it.each([1, 2, 3, 1000])('does not mind where chunks of %i bytes are cut', async (chunk) => {
    const csv = '\ufeffname,text\r\nä,"x\r\ny"\r\n\r\nb,c\r\n'
    expect(await read(csv, {}, chunk)).toEqual([
      { line: 2, key: null, value: '{"name":"ä","text":"x\\r\\ny"}' },
      { line: 5, key: null, value: '{"name":"b","text":"c"}' },
    ])
  })

  it('refuses ragged rows and wrong quotes by their lines, and goes on', async () => {
    const rows = await read('a,b\n1\n1,2,3\n1,x"y\n3,4\n')
    expect(rows.map(({ line }) => line)).toEqual([2, 3, 4, 5])
    expect(rows[0]?.refusal).toBe('The row has 1 field, and there are 2 columns.')
    expect(rows[1]?.refusal).toBe('The row has 3 fields, and there are 2 columns.')
    expect(rows[2]?.refusal).toMatch(/quote inside a field/)
    expect(rows[3]?.value).toBe('{"a":"3","b":"4"}')
  })

  it('refuses what is not UTF-8 in an object, and keeps it as bytes in a value', async () => {
    const csv = Buffer.from([0x61, 0x0a, 0xff, 0x0a])
    expect((await read(csv))[0]?.refusal).toBe('The row is not UTF-8.')
    const file = fileBytes(inChunks(csv, 100), () => undefined)
    const options = { delimiter: ',', keyColumn: undefined, valueColumn: 'a' }
    for await (const row of await readCsv(file, options)) {
      expect('draft' in row && row.draft.value).toEqual(Buffer.from([0xff]))
    }
  })

  it.each([
    ['', {}, /empty/],
    ['a,a\n', {}, /"a" stands twice/],
    ['a,b\n', { keyColumn: 'c' }, /no column "c".*a, b/],
    ['a,b\n', { valueColumn: '' }, /no column ""/],
  ])('refuses the columns of %j with %j', async (csv, options, message) => {
    const failure = await read(csv, options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApiError)
    expect((failure as ApiError).problem.message).toMatch(message)
  })

  it('ends at a quote that is never closed, without holding the rest of the file', async () => {
    const csv = `a,b\n1,2\n3,"never\n${'x,y\n'.repeat(1000)}`
    await expect(read(csv, { rowBytesMax: 500 }, 64)).rejects.toThrow(/quote is not closed/)
    await expect(read('"a"b,c\n1,2\n')).rejects.toThrow(/^Line 1: /)
    await expect(read(`a\n${','.repeat(20_000)}`, {}, 64)).rejects.toThrow(FileError)
  })

  it.each<[csv: string, line: number, reason: RegExp, from?: number]>([
    ['a\n1\n"open\n', 3, /opens here and is never closed/],
    ['a\n1\n"open', 3, /never closed/],
    ['a,b\n1,"open\n3,4\n5,6\n', 2, /never closed/],
    ['a,b\n"two\nlines","and\nopen\n3,4\n', 3, /never closed/, 2],
    ['a,b\r\n"two\r\nlines",2\r\n"two\r\nlines","open\r\n3,4\r\n', 5, /never closed/, 4],
    ['a,b\n1\nx"y,2\n\n3,"open\n', 5, /never closed/],
    ['a,b\n1,"x\ny"\n2,3,4\n5,"open\n6,7\n', 5, /never closed/],
    ['a,b\n1,2\n3,"4\n5,"6"\n', 3, /ends before something that is no delimiter/],
    ['a,b\n"1"z,2\n3,4\n', 2, /ends before something/],
  ])('says of %j where the quote opens, and refuses its row', async (csv, line, reason, from) => {
    for (const chunk of [1, 3, 1000]) {
      const rows: Read[] = []
      const failure = await readInto(rows, csv, {}, chunk).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(FileError)
      expect(failure as FileError).toMatchObject({ line })
      expect((failure as FileError).message).toMatch(new RegExp(`^Line ${line}: .*not read`))
      expect(rows.at(-1)).toMatchObject({ line, refusal: expect.stringMatching(reason) })
      const begins =
        from === undefined ? /^(?!.*begins in line)/ : new RegExp(`row begins in line ${from}`)
      expect(rows.at(-1)?.refusal).toMatch(begins)
    }
  })

  it('refuses UTF-16', async () => {
    await expect(read(Buffer.from('\ufeffa,b\n', 'utf16le'))).rejects.toThrow(/UTF-16/)
  })

  it('reads back what csv-stringify writes', async () => {
    const field = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '\n', '\r\n', ','))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field), { minLength: 1 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.integer({ min: 1, max: 50 }),
        async (rows, delimiter, chunk) => {
          const csv = stringify([['k', 'v'], ...rows], { delimiter, quoted_empty: true })
          const found = await read(csv, { delimiter, keyColumn: 'k', valueColumn: 'v' }, chunk)
          expect(found.map(({ key, value }) => [key, value])).toEqual(rows)
        },
      ),
      { numRuns: 60 },
    )
  })
})

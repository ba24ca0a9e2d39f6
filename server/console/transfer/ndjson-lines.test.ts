import { describe, expect, it } from 'vitest'
import { fileBytes } from './file-bytes.ts'
import { type NdjsonOptions, readNdjson } from './ndjson-lines.ts'

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(
  text: string | Buffer,
  options: Partial<NdjsonOptions> = {},
  chunk = 5,
): Promise<Record<string, unknown>[]> {
  const file = fileBytes(inChunks(Buffer.from(text), chunk), () => undefined)
  const lines: Record<string, unknown>[] = []
  for await (const line of readNdjson(file, {
    lines: 'values',
    keepPartitions: false,
    ...options,
  })) {
    lines.push(
      'draft' in line
        ? { line: line.line, ...line.draft }
        : { line: line.line, refusal: line.refusal },
    )
  }
  return lines
}

describe('lines of values', () => {
  it.each([1, 2, 3, 100])('are sent as they stand, in chunks of %i bytes', async (chunk) => {
    const first = '{ "id": 9007199254740993, "x": 1.0 }'
    const found = await read(`\ufeff${first}\r\n\n  \n"é"\n12345678901234567890`, {}, chunk)
    expect(found.map(({ line, value }) => [line, String(value)])).toEqual([
      [1, first],
      [4, '"é"'],
      [5, '12345678901234567890'],
    ])
    expect(found.every(({ key }) => key === null)).toBe(true)
  })

  it('are refused one by one, with the reason', async () => {
    const found = await read(
      Buffer.concat([Buffer.from('{"a":1}\n{a}\n"'), Buffer.from([0xff, 0x22])]),
    )
    expect(found.map(({ line, refusal }) => [line, refusal])).toEqual([
      [1, undefined],
      [2, expect.stringMatching(/^Not JSON: /)],
      [3, 'The line is not UTF-8.'],
    ])
  })

  it('are passed over when they are too long, and the next is read', async () => {
    const found = await read(`"${'x'.repeat(5000)}"\n"y"\n`, { lineBytesMax: 100 })
    expect(found).toMatchObject([
      { line: 1, refusal: 'The line is longer than 100 bytes.' },
      { line: 2, value: Buffer.from('"y"') },
    ])
  })
})

describe('lines of records', () => {
  const records = (text: string, keepPartitions = false) =>
    read(text, { lines: 'records', keepPartitions })

  it('are read byte for byte', async () => {
    const line = JSON.stringify({
      topic: 'elsewhere',
      partition: 3,
      offset: '9',
      timestamp: '1700000000000',
      key: { encoding: 'base64', data: '/w==' },
      value: '{"a": 1.0}',
      headers: [
        { key: 'b', value: null },
        { key: 'a', value: '1' },
        { key: 'b', value: { encoding: 'hex', data: '00ff' } },
      ],
    })
    const expected = {
      line: 1,
      timestamp: 1700000000000n,
      key: Buffer.from([0xff]),
      value: Buffer.from('{"a": 1.0}'),
      headers: [
        { key: 'b', value: null },
        { key: 'a', value: Buffer.from('1') },
        { key: 'b', value: Buffer.from([0, 255]) },
      ],
    }
    expect(await records(line)).toEqual([expected])
    expect(await records(line, true)).toEqual([{ ...expected, partition: 3 }])
  })

  it.each([
    ['[]', /Not a record/],
    ['{}', /"value"/],
    ['{"value":5}', /"value"/],
    ['{"value":null,"timestamp":"yesterday"}', /"timestamp"/],
    ['{"value":null,"timestamp":9007199254740993}', /"timestamp"/],
    ['{"value":null,"timestamp":"9223372036854775808"}', /64-bit/],
    ['{"value":null,"partition":-1}', /"partition"/],
    ['{"value":null,"headers":[{"key":"a"}]}', /"headers\[0\]\.value"/],
    ['{"value":{"encoding":"base64","data":"?"}}', /not base64/],
    ['{"value":"\\ud800"}', /lone surrogate/],
  ])('refuse %s', async (line, reason) => {
    expect((await records(line))[0]?.refusal).toMatch(reason)
  })

  it('may leave out everything but the value', async () => {
    expect(await records('{"value":null}')).toEqual([
      { line: 1, key: null, value: null, headers: [] },
    ])
  })
})

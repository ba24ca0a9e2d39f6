import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payload } from '../contracts/messages.ts'
import { compileSchema } from '../schemas/compile.ts'
import { SchemaError, type SchemaText } from '../schemas/schema.ts'
import {
  BARE,
  DECODER_NAMES,
  type DecodeContext,
  type DecoderChoice,
  decodeData,
  type FoundSchema,
  type SchemaKey,
  textOfKey,
  tryDecode,
} from './index.ts'

/** A registry whose schemas are there once they were asked for. */
class Registry {
  readonly texts = new Map<number, SchemaText>()
  private readonly loaded = new Map<string, FoundSchema | { reason: string }>()
  readonly asked: string[] = []

  find = (key: SchemaKey) => this.loaded.get(textOfKey(key))

  load(key: SchemaKey): void {
    this.asked.push(textOfKey(key))
    this.loaded.set(textOfKey(key), this.compile(key))
  }

  private compile(key: SchemaKey): FoundSchema | { reason: string } {
    const text = key.kind === 'id' ? this.texts.get(key.id) : [...this.texts.values()][0]
    if (text === undefined) return { reason: `${textOfKey(key)} does not exist` }
    const indexes = 'message' in key && Array.isArray(key.message) ? key.message : [0]
    try {
      const schema = compileSchema(text, { indexes })
      const id = key.kind === 'id' ? key.id : null
      return {
        schema,
        use: { type: text.type, id, name: schema.name, subject: null, version: null },
      }
    } catch (error) {
      if (error instanceof SchemaError) return { reason: error.message }
      throw error
    }
  }
}

const gunzip: DecodeContext['gunzip'] = (bytes, bytesMax) => {
  try {
    return gunzipSync(bytes, { maxOutputLength: bytesMax })
  } catch (error) {
    return { reason: (error as Error).message }
  }
}

function decode(
  bytes: Uint8Array,
  {
    registry = new Registry(),
    choice = null,
    schemaHeader = null,
  }: { registry?: Registry; choice?: DecoderChoice | null; schemaHeader?: Uint8Array | null } = {},
) {
  const context = { schemas: registry, schemaHeader, gunzip, choice }
  for (let rounds = 0; rounds < 5; rounds++) {
    const decoded = tryDecode(bytes, { textMax: 1_000_000, context })
    if (!('needs' in decoded)) return decoded
    registry.load(decoded.needs)
  }
  throw new Error('It asks for schemas for ever.')
}

const wire = JSON.parse(
  readFileSync(new URL('../schemas/golden/wire.json', import.meta.url), 'utf8'),
)
const text = (value: string) => new TextEncoder().encode(value)

function schemasOf(schemas: (SchemaText & { id: number })[]): Registry {
  const made = new Registry()
  for (const schema of schemas) made.texts.set(schema.id, schema)
  return made
}

describe("Confluent's wire format", () => {
  for (const { name, kind, schemas, bytes, shown, message } of wire.cases) {
    const payload = Buffer.from(bytes, 'base64')
    it(`is read: ${name}`, () => {
      const decoded = decode(payload, { registry: schemasOf(schemas) })
      expect(decoded).toMatchObject({
        decoder: 'confluent',
        schema: { type: kind, id: schemas[0].id },
      })
      if (message !== undefined) expect(decoded.schema?.name).toBe(message)
      expect(JSON.parse(decoded.text)).toEqual(JSON.parse(shown))
    })
    it(`is read with the id in a header: ${name}`, () => {
      if (kind === 'PROTOBUF') return
      const header = payload.subarray(0, 5)
      const decoded = decode(payload.subarray(5), {
        registry: schemasOf(schemas),
        schemaHeader: header,
      })
      expect(decoded.decoder).toBe('confluent-header')
      expect(JSON.parse(decoded.text)).toEqual(JSON.parse(shown))
    })
    it(`cut short or lengthened, is shown as bytes with the reason: ${name}`, () => {
      const registry = schemasOf(schemas)
      for (let size = 5; size < payload.length; size++) {
        const cut = payload.subarray(0, size)
        const decoded = decode(cut, { registry })
        // Protobuf has no end of its own: some beginnings of a message are messages.
        if (kind === 'PROTOBUF' && decoded.decoder === 'confluent') continue
        expect(decoded.decoder).not.toBe('confluent')
        expect(decoded.refused.find(({ decoder }) => decoder === 'confluent')?.reason).toBeTruthy()
      }
    })
  }

  it('keeps every digit', () => {
    const order = wire.cases[0]
    const decoded = decode(Buffer.from(order.bytes, 'base64'), {
      registry: schemasOf(order.schemas),
    })
    expect(decoded.text).toContain('"id":9007199254740993,"total":19.90')
  })

  it('says that a schema does not exist', () => {
    const decoded = decode(Uint8Array.from([0, 0, 0, 0, 42, 1, 0xff]))
    expect(decoded.decoder).toBe('hex')
    expect(decoded.refused).toContainEqual({
      decoder: 'confluent',
      reason: 'id 42  does not exist',
    })
  })

  it('says that a schema cannot be used', () => {
    const broken = schemasOf([
      {
        id: 7,
        type: 'PROTOBUF',
        text: 'syntax = "proto3"; import "a.proto"; message M { A a = 1; }',
        references: [],
      },
    ])
    const decoded = decode(Uint8Array.from([0, 0, 0, 0, 7, 0]), { registry: broken })
    expect(decoded.refused.find(({ decoder }) => decoder === 'confluent')?.reason).toMatch(
      /imports "a.proto"/,
    )
  })

  it('is not asked for by payloads that cannot be it', () => {
    const registry = new Registry()
    for (const bytes of [[0], [0, 1, 2, 3], [1, 0, 0, 0, 1], [0, 0xff, 0xff, 0xff, 0xff, 0xff]]) {
      decode(Uint8Array.from(bytes), { registry })
    }
    expect(registry.asked).toEqual([])
  })
})

describe('wrappings', () => {
  it('are undone, and said', () => {
    const decoded = decode(gzipSync(gzipSync('{"a":1}')))
    expect(decoded).toMatchObject({ decoder: 'json', text: '{"a":1}', wrappings: ['gzip', 'gzip'] })
  })

  it('are undone only so far', () => {
    const deep = Array.from({ length: 6 }).reduce<Buffer>(
      (inside) => gzipSync(inside),
      Buffer.from('x'),
    )
    expect(decode(deep).wrappings).toHaveLength(3)
  })

  it('that would grow without end are shown as they are', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const decoded = decode(bomb)
    expect(decoded.decoder).toBe('hex')
    expect(decoded.refused.find(({ decoder }) => decoder === 'gzip')?.reason).toMatch(/larger/)
  })
})

describe('the chain', () => {
  const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'))
  it.each([
    ['{"schema":1,"payload":2}', 'json', '{"schema":1,"payload":2}'],
    ['<a b="1"><c/></a>', 'xml', '<a b="1"><c/></a>'],
    ['<a>', 'text', '<a>'],
  ])('%s is %s', (value, decoder, shown) => {
    expect(decode(text(value))).toMatchObject({ decoder, text: shown })
  })

  it("names Kafka Connect's envelope, and opens it when that is chosen", () => {
    const field = (name: string, type: string, logical: string, parameters?: object) => ({
      field: name,
      type,
      name: `org.apache.kafka.connect.data.${logical}`,
      parameters,
    })
    const fields = [
      field('d', 'bytes', 'Decimal', { scale: '2' }),
      field('t', 'int64', 'Timestamp'),
      field('n', 'int32', 'Date'),
    ]
    const envelope = JSON.stringify({
      schema: { type: 'struct', fields },
      payload: { d: 'BOI=', t: 5, n: 1 },
    })
    expect(decode(text(envelope))).toMatchObject({ decoder: 'connect-json', text: envelope })
    expect(decode(text(envelope), { choice: { decoder: 'connect-json' } }).text).toBe(
      '{"d":12.50,"t":"1970-01-01T00:00:00.005Z","n":"1970-01-02"}',
    )
  })

  it.each([
    ['fffe61006200', 'utf-16', 'ab'],
    ['123456781234467892341234567812ab', 'uuid', '12345678-1234-4678-9234-1234567812ab'],
    ['81a161cd03e8', 'messagepack', '{"a":1000}'],
    [
      '82a95f5f70726f746f5f5f01a3c3280002',
      'messagepack',
      '{"__proto__":1,"0xc32800 (not valid UTF-8)":2}',
    ],
    ['a16161fb3ff199999999999a', 'cbor', '{"a":1.1}'],
    ['bf6161 9f010203ff ff'.replaceAll(' ', ''), 'cbor', '{"a":[1,2,3]}'],
    ['d9d9f7c24901ffffffffffffffff', 'cbor', '36893488147419103231'],
    ['81a161dfffffffff', 'hex', '81a161dfffffffff'],
    ['a16161 9bffffffffffffffff'.replaceAll(' ', ''), 'hex', 'a161619bffffffffffffffff'],
  ])('%s is %s', (digits, decoder, shown) => {
    expect(decode(hex(digits))).toMatchObject({ decoder, text: shown })
  })

  it.each([
    ['latin1', 'e9', 'é'],
    ['base64', '00ff', 'AP8='],
    ['float32', '3dcccccd', '0.10000000149011612'],
    ['hex', '6162', '6162'],
    ['windowed', '61620000000000000005', '{"key":"ab","start":"1970-01-01T00:00:00.005Z"}'],
    [
      'windowed-session',
      '6100000000000000090000000000000005',
      '{"key":"a","start":"1970-01-01T00:00:00.005Z","end":"1970-01-01T00:00:00.009Z"}',
    ],
    ['messagepack', '93010203', '[1,2,3]'],
    ['cbor', '83010203', '[1,2,3]'],
  ])('%s is used when it is chosen', (decoder, digits, shown) => {
    expect(decode(hex(digits), { choice: { decoder } })).toMatchObject({ decoder, text: shown })
  })

  it('shows bytes and the reason when the chosen decoder refuses', () => {
    const decoded = decode(text('ab'), { choice: { decoder: 'int64' } })
    expect(decoded).toMatchObject({ decoder: 'hex', text: '6162' })
    expect(decoded.refused).toContainEqual({ decoder: 'int64', reason: 'it is not 8 bytes long' })
  })

  it('reads by a chosen subject, without a header', () => {
    const registry = schemasOf([{ id: 1, type: 'AVRO', text: '"string"', references: [] }])
    const choice = { decoder: 'schema', subject: 'words' }
    expect(decode(hex('046162'), { registry, choice })).toMatchObject({
      decoder: 'schema',
      text: '"ab"',
    })
    expect(registry.asked).toEqual(['subject latest  words'])
  })

  it('answers any bytes within its contract, whatever was chosen, and data says the same', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.constantFrom(...DECODER_NAMES)),
        (bytes, chosen) => {
          const choice = chosen === null ? null : { decoder: chosen }
          const decoded = payload.parse(decode(bytes, { choice }))
          expect(decoded.size).toBe(bytes.length)
          const data = decodeData(bytes, { ...BARE, gunzip, choice })
          expect(data).toMatchObject({ decoder: decoded.decoder })
        },
      ),
      { numRuns: 500 },
    )
  })
})

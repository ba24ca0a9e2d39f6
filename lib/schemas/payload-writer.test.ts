import { describe, expect, it } from 'vitest'
import { compileSchema } from './compile.ts'
import { writeExactJson } from './exact-json.ts'
import { payloadWriter, TextError } from './payload-writer.ts'
import { SchemaError, type SchemaText } from './schema.ts'

const NOW = '2026-11-20T10:00:00.000Z'
const avro = (schema: unknown): SchemaText => ({
  type: 'AVRO',
  text: JSON.stringify(schema),
  references: [],
})
const json = (schema: unknown, references: SchemaText['references'] = []): SchemaText => ({
  type: 'JSON',
  text: JSON.stringify(schema),
  references,
})
const proto = (body: string): SchemaText => ({
  type: 'PROTOBUF',
  text: `syntax = "proto3"; package p; ${body}`,
  references: [],
})

/** What is said of a text, and where. */
function refusal(schema: SchemaText, text: string): unknown {
  try {
    payloadWriter(schema, null).write(text)
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    const { line, column } = error.place
    return `${line}:${column} ${error.path ?? '-'} ${error.message}`
  }
  return 'nothing'
}

const order = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long', doc: 'Its number.' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'key', type: { type: 'string', logicalType: 'uuid' } },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'PAID'] } },
    { name: 'note', type: ['null', 'string'] },
    { name: 'either', type: ['int', 'long'] },
    { name: 'raw', type: 'bytes', default: '\u00ff' },
    { name: 'fixed', type: { type: 'fixed', name: 'F', size: 3 } },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: ['a'] },
    { name: 'parent', type: ['null', 'Order'], default: null },
  ],
}

describe('the text to begin with', () => {
  it('is a value of its Avro schema, with the defaults that there are', () => {
    const writer = payloadWriter(avro(order), null)
    const text = writer.skeleton(NOW)
    const data = compileSchema(avro(order)).decode(writer.write(text))
    expect(writeExactJson(data)).toBe(
      '{"id":0,"total":0.00,"at":"2026-11-20T10:00:00.000000Z","day":"2026-11-20",' +
        '"key":"00000000-0000-0000-0000-000000000000","state":"OPEN","note":null,' +
        '"either":{"int":0},"raw":"/w==","fixed":"AAAA","tags":["a"],"parent":null}',
    )
  })

  it('is a message of its Protobuf schema, with all fields but those that lead back to it', () => {
    const schema = proto(`
      import "google/protobuf/timestamp.proto";
      message Trip {
        int64 id = 1; google.protobuf.Timestamp at = 2; Trip next = 3; repeated string tags = 4;
        oneof way { string road = 5; int32 track = 6; }
        enum Kind { ANY = 0; FAR = 1; } Kind kind = 7;
        message Place { double lat = 1; } Place from = 8;
      }`)
    const writer = payloadWriter(schema, null)
    const text = writer.skeleton(NOW)
    expect(JSON.parse(text)).toEqual({
      id: 0,
      at: NOW,
      tags: [],
      road: '',
      kind: 'ANY',
      from: { lat: 0 },
    })
    expect(compileSchema(schema).decode(writer.write(text))).toMatchObject({
      at: '2026-11-20T10:00:00Z',
      from: { lat: 0 },
    })
  })

  it('keeps to its JSON Schema', () => {
    const schema = json(
      {
        type: 'object',
        required: ['id', 'size', 'place'],
        additionalProperties: false,
        properties: {
          id: { type: 'integer', minimum: 5 },
          size: { type: 'number', exclusiveMaximum: 0 },
          kind: { enum: ['far', 'near'] },
          at: { type: 'string', format: 'date-time' },
          list: { type: 'array', minItems: 1, items: { type: 'boolean' } },
          place: { $ref: 'place.json' },
          any: { oneOf: [{ type: 'string' }, { type: 'null' }] },
        },
      },
      [
        {
          name: 'place.json',
          text: '{"type":"object","properties":{"lat":{"type":"number","default":1.5}}}',
        },
      ],
    )
    const writer = payloadWriter(schema, null)
    const text = writer.skeleton(NOW)
    expect(JSON.parse(text)).toEqual({
      id: 5,
      size: -1,
      kind: 'far',
      at: NOW,
      list: [false],
      place: { lat: 1.5 },
      any: '',
    })
    expect(Buffer.from(writer.write(text)).toString()).toBe(text)
  })
})

describe('a text that is no value of its schema', () => {
  it('is refused with the path and the place', () => {
    expect(refusal(avro(order), '{\n  "id": 1.5\n}')).toBe('2:9 id 1.5 is no long')
    const list = avro({ type: 'array', items: 'int' })
    expect(refusal(list, '[1,\n 2,\n   "x" ]')).toBe('3:4 [2] "x" is no int')
    const nested = proto('message A { B b = 1; } message B { repeated int32 c = 1; }')
    expect(refusal(nested, '{"b":\n{"c":[1, true]}}')).toBe('2:10 b.c[1] true is no int32')
  })

  it('is refused by a JSON Schema with the innermost reason', () => {
    const schema = json({
      properties: { a: { items: { properties: { 'b c': { type: 'integer', maximum: 3 } } } } },
    })
    expect(refusal(schema, '{"a":[{},\n{"b c": 4}]}')).toMatch(/^2:9 a\[1\]\["b c"\] .*3/)
    expect(refusal(json({ required: ['id'] }), '{}')).toMatch(/^1:1 - .*"id"/)
    expect(refusal(schema, '{"a":[{"b c":3}]}')).toBe('nothing')
  })

  it('is refused where it is no JSON, and where a name is there twice', () => {
    expect(refusal(avro('int'), '{\n  "a": }')).toBe('2:8 - this is not JSON from here on')
    expect(refusal(avro('int'), '')).toBe('1:1 - this is not JSON: it ends too early')
    expect(refusal(avro(order), '{"id":1,\n"id":2}')).toBe('2:6 id the name is there twice')
  })
})

it('says which Protobuf message is written, as the wire format numbers them', () => {
  const schema = proto('message A { message C {} } message B { message D {} message E {} }')
  const of = (message: string | null) => [...payloadWriter(schema, message).prefix]
  expect(payloadWriter(schema, null).messages).toEqual(['p.A', 'p.A.C', 'p.B', 'p.B.D', 'p.B.E'])
  expect(of(null)).toEqual([0])
  expect(of('p.A.C')).toEqual([4, 0, 0])
  expect(of('p.B.E')).toEqual([4, 2, 2])
  expect(() => of('p.X')).toThrow(SchemaError)
})

it('keeps numbers that a double would harm', () => {
  const writer = payloadWriter(avro('long'), null)
  expect(compileSchema(avro('long')).decode(writer.write('9007199254740993'))).toBe(
    9007199254740993n,
  )
})

import { describe, expect, it } from 'vitest'
import { compileSchema } from './compile.ts'
import type { SchemaType } from './schema.ts'

const fieldsOf = (type: SchemaType, text: string) =>
  compileSchema({ type, text, references: [] }).fields.map(
    ({ path, type: title, optional, doc, recursive }) =>
      `${path}: ${title}${optional ? '?' : ''}${doc === null ? '' : ` -- ${doc}`}${recursive ? ' (again)' : ''}`,
  )

describe('fields of a schema', () => {
  it('are told of Avro', () => {
    const text = JSON.stringify({
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'long', doc: 'Its number.' },
        { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
        {
          name: 'items',
          type: {
            type: 'array',
            items: {
              type: 'record',
              name: 'Item',
              doc: 'One line.',
              fields: [
                { name: 'sku', type: ['null', 'string'], default: null },
                { name: 'part', type: ['null', 'Item'] },
              ],
            },
          },
        },
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
      ],
    })
    expect(fieldsOf('AVRO', text)).toEqual([
      'id: long -- Its number.',
      'total: decimal(9, 2) (bytes)',
      'items: list of Item',
      'items[].sku: string?',
      'items[].part: Item? -- One line. (again)',
      'kind: one of A, B',
    ])
  })

  it('are told of Protobuf', () => {
    const text = `syntax = "proto3";
      import "google/protobuf/timestamp.proto";
      message Order {
        int64 id = 1; // Its number.
        repeated Item items = 2;
        // When.
        google.protobuf.Timestamp at = 3;
        map<string, Item> by_name = 4;
        oneof who { string person = 5; string firm = 6; }
      }
      message Item { string sku = 1; Item part = 2; }`
    expect(fieldsOf('PROTOBUF', text)).toEqual([
      'id: int64? -- Its number.',
      'items: list of Item?',
      'items[].sku: string?',
      'items[].part: Item? (again)',
      'at: google.protobuf.Timestamp? -- When.',
      'by_name: map from string to Item?',
      'person: string, one of "who"?',
      'firm: string, one of "who"?',
    ])
  })

  it('are told of JSON Schema', () => {
    const text = JSON.stringify({
      type: 'object',
      required: ['id', 'items'],
      properties: {
        id: { type: 'integer', description: 'Its number.' },
        items: { type: 'array', items: { $ref: '#/$defs/item' } },
        kind: { enum: ['A', 'B'] },
        when: { type: ['string', 'null'], format: 'date-time' },
        __proto__x: { oneOf: [{ type: 'null' }, { type: 'number' }] },
      },
      allOf: [{ properties: { more: true } }],
      $defs: {
        item: {
          type: 'object',
          properties: { sku: { type: 'string' }, part: { $ref: '#/$defs/item' } },
        },
      },
    })
    expect(fieldsOf('JSON', text)).toEqual([
      'id: integer -- Its number.',
      'items: list of object',
      'items[].sku: string?',
      'items[].part: object? (again)',
      'kind: one of "A", "B"?',
      'when: string (date-time)?',
      '__proto__x: number?',
      'more: anything?',
    ])
  })

  it.each([
    [
      'AVRO',
      '{"type":"record","name":"R","fields":[{"name":"x","type":"Missing"}]}',
      /at x: the type "Missing" is not known/,
    ],
    ['AVRO', '{"type":"recrd"}', /type "recrd" is not known/],
    ['AVRO', '[[', /not valid JSON/],
    ['AVRO', `${'['.repeat(50_000)}`, /not valid JSON|nested/],
    ['AVRO', `${'{"type":'.repeat(20_000)}"int"${'}'.repeat(20_000)}`, /nested deeper/],
    [
      'PROTOBUF',
      'syntax = "proto3"; import "gone.proto"; message M { Gone g = 1; }',
      /imports "gone.proto", which no reference brings/,
    ],
    ['PROTOBUF', 'message M { int32 }', /illegal|line/],
    ['PROTOBUF', 'syntax = "proto3";', /no message/],
    ['JSON', '[]', /neither an object/],
    ['JSON', '{', /not valid JSON/],
  ] as const)('%s %s is refused: %s', (type, text, reason) => {
    expect(() => compileSchema({ type, text, references: [] })).toThrow(reason)
    expect(() => compileSchema({ type, text, references: [] })).toThrow(
      expect.objectContaining({ name: 'SchemaError' }),
    )
  })
})

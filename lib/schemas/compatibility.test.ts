import { describe, expect, it } from 'vitest'
import { checkCompatibility, incompatibilities } from './compatibility.ts'
import type { SchemaText, SchemaType } from './schema.ts'

const schema = (type: SchemaType, text: unknown): SchemaText => ({
  type,
  text: typeof text === 'string' && type === 'PROTOBUF' ? text : JSON.stringify(text),
  references: [],
})
const record = (...fields: unknown[]) => ({ type: 'record', name: 'R', fields })
const kinds = (type: SchemaType, reader: unknown, writer: unknown) =>
  incompatibilities(schema(type, reader), schema(type, writer)).map(
    (one) => `${one.type} ${one.path}`,
  )

describe('an Avro schema reads what another wrote', () => {
  const int = { name: 'a', type: 'int' }
  it.each([
    ['with the same fields', record(int), record(int), []],
    ['with a field less', record(), record(int), []],
    [
      'with a field more that has a default',
      record({ name: 'b', type: 'int', default: 0 }),
      record(),
      [],
    ],
    [
      'with a field more',
      record({ name: 'b', type: 'int' }),
      record(),
      ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/0'],
    ],
    [
      'with a null default',
      record({ name: 'b', type: ['null', 'int'], default: null }),
      record(),
      [],
    ],
    [
      'with a field by its alias',
      record({ name: 'b', aliases: ['a'], type: 'int' }),
      record(int),
      [],
    ],
    ['with a wider number', record({ name: 'a', type: 'double' }), record(int), []],
    [
      'with a narrower number',
      record(int),
      record({ name: 'a', type: 'long' }),
      ['TYPE_MISMATCH /fields/0/type'],
    ],
    ['text as bytes', 'bytes', 'string', []],
    ['text as a number', 'int', 'string', ['TYPE_MISMATCH /']],
    ['one type as a union', ['null', 'int'], 'int', []],
    ['a union as one of its types', 'int', ['null', 'int'], ['TYPE_MISMATCH /0']],
    [
      'a union with a branch less',
      ['null', 'int'],
      ['null', 'int', 'string'],
      ['MISSING_UNION_BRANCH /2'],
    ],
    [
      'an enum with a symbol more',
      { type: 'enum', name: 'E', symbols: ['A', 'B'] },
      { type: 'enum', name: 'E', symbols: ['A'] },
      [],
    ],
    [
      'an enum with a symbol less',
      { type: 'enum', name: 'E', symbols: ['A'] },
      { type: 'enum', name: 'E', symbols: ['A', 'B'] },
      ['MISSING_ENUM_SYMBOLS /symbols'],
    ],
    [
      'an enum with a default',
      { type: 'enum', name: 'E', symbols: ['A'], default: 'A' },
      { type: 'enum', name: 'E', symbols: ['A', 'B'] },
      [],
    ],
    [
      'a fixed of another size',
      { type: 'fixed', name: 'F', size: 3 },
      { type: 'fixed', name: 'F', size: 4 },
      ['FIXED_SIZE_MISMATCH /size'],
    ],
    [
      'a record of another name',
      { ...record(int), name: 'S' },
      record(int),
      ['NAME_MISMATCH /name'],
    ],
    [
      'a record of another name with an alias',
      { ...record(int), name: 'S', aliases: ['R'] },
      record(int),
      [],
    ],
    [
      'lists and maps of what it reads',
      { type: 'array', items: 'int' },
      { type: 'map', values: 'int' },
      ['TYPE_MISMATCH /'],
    ],
    [
      'lists of something else',
      { type: 'array', items: 'int' },
      { type: 'array', items: 'string' },
      ['TYPE_MISMATCH /items'],
    ],
    [
      'a recursive record',
      record({ name: 'next', type: ['null', 'R'] }, { name: 'more', type: 'int' }),
      record({ name: 'next', type: ['null', 'R'] }),
      ['READER_FIELD_MISSING_DEFAULT_VALUE /fields/1'],
    ],
  ])('%s', (_name, reader, writer, expected) => {
    expect(kinds('AVRO', reader, writer)).toEqual(expected)
  })
})

describe('a Protobuf file reads what another wrote', () => {
  const file = (body: string, syntax = 'proto3') => `syntax = "${syntax}"; ${body}`
  it.each([
    [
      'with a field more',
      'message M { int32 a = 1; string b = 2; }',
      'message M { int32 a = 1; }',
      [],
    ],
    ['with a field less', 'message M { }', 'message M { int32 a = 1; }', []],
    ['with a field renamed', 'message M { int32 b = 1; }', 'message M { int32 a = 1; }', []],
    ['with a field of a like type', 'message M { int64 a = 1; }', 'message M { bool a = 1; }', []],
    [
      'with a field of another type',
      'message M { string a = 1; }',
      'message M { int32 a = 1; }',
      ['FIELD_SCALAR_KIND_CHANGED #/M/1'],
    ],
    [
      'zigzag as plain',
      'message M { sint32 a = 1; }',
      'message M { int32 a = 1; }',
      ['FIELD_SCALAR_KIND_CHANGED #/M/1'],
    ],
    [
      'a number as a message',
      'message M { M a = 1; }',
      'message M { int32 a = 1; }',
      ['FIELD_KIND_CHANGED #/M/1'],
    ],
    [
      'another message',
      'message M { A a = 1; } message A {} message B {}',
      'message M { B a = 1; } message A {} message B {}',
      ['FIELD_NAMED_TYPE_CHANGED #/M/1'],
    ],
    ['without a message', 'message N { }', 'message M { } message N { }', ['MESSAGE_REMOVED #/M']],
    [
      'without a nested message',
      'message M { }',
      'message M { message N { } }',
      ['MESSAGE_REMOVED #/M/N'],
    ],
    [
      'numbers as a list',
      'message M { repeated int32 a = 1; }',
      'message M { int32 a = 1; }',
      ['FIELD_NUMERIC_LABEL_CHANGED #/M/1'],
    ],
    ['texts as a list', 'message M { repeated string a = 1; }', 'message M { string a = 1; }', []],
    [
      'with a field less in a oneof',
      'message M { oneof o { int32 a = 1; } }',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      ['ONEOF_FIELD_REMOVED #/M/o/2'],
    ],
    [
      'with a field moved into a oneof',
      'message M { oneof o { int32 a = 1; } int32 b = 2; }',
      'message M { int32 a = 1; int32 b = 2; }',
      [],
    ],
    [
      'with two fields moved into a oneof',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      'message M { int32 a = 1; int32 b = 2; }',
      ['MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o'],
    ],
    [
      'with a field moved into a oneof that was there',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      'message M { oneof o { int32 a = 1; } int32 b = 2; }',
      ['FIELD_MOVED_TO_EXISTING_ONEOF #/M/o'],
    ],
    [
      'with enum values more and less',
      'message M { E e = 1; } enum E { X = 0; Z = 2; }',
      'message M { E e = 1; } enum E { X = 0; Y = 1; }',
      [],
    ],
    [
      'in another package',
      'package b; message M { int32 a = 1; }',
      'package a; message M { int32 a = 1; }',
      ['PACKAGE_CHANGED #/'],
    ],
    [
      'in a package, where there was none',
      'package b; message M { }',
      'message M { }',
      ['PACKAGE_CHANGED #/'],
    ],
    [
      'without a oneof, all of it gone',
      'message M { }',
      'message M { oneof o { int32 a = 1; } }',
      [],
    ],
    [
      'with a oneof renamed',
      'message M { oneof p { int32 a = 1; int32 b = 2; } }',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      [],
    ],
    [
      'with two oneofs made one',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      'message M { oneof o { int32 a = 1; } oneof p { int32 b = 2; } }',
      ['FIELD_MOVED_TO_EXISTING_ONEOF #/M/o'],
    ],
    [
      'with a field moved out of a oneof',
      'message M { int32 a = 1; oneof o { int32 b = 2; } }',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      [],
    ],
    [
      'with messages that changed places',
      'message N { } message M { }',
      'message M { } message N { }',
      [],
    ],
    [
      'with a name that is written out',
      'package a; message M { .a.M.N n = 1; message N { } }',
      'package a; message M { N n = 1; message N { } }',
      [],
    ],
    [
      'a nested message by another of the same name',
      'message M { A.N n = 1; } message A { message N { } } message B { message N { } }',
      'message M { B.N n = 1; } message A { message N { } } message B { message N { } }',
      ['FIELD_NAMED_TYPE_CHANGED #/M/1'],
    ],
    [
      'a map with other values',
      'message M { map<string, string> a = 1; }',
      'message M { map<string, int32> a = 1; }',
      ['FIELD_SCALAR_KIND_CHANGED #/M/1'],
    ],
    [
      'a field less in a oneof that is renamed',
      'message M { oneof p { int32 a = 1; } }',
      'message M { oneof o { int32 a = 1; int32 b = 2; } }',
      ['ONEOF_FIELD_REMOVED #/M/o/2'],
    ],
    [
      'a map as a list',
      'message M { map<string, int32> a = 1; }',
      'message M { repeated string a = 1; }',
      ['FIELD_KIND_CHANGED #/M/1'],
    ],
  ])('%s', (_name, reader, writer, expected) => {
    expect(kinds('PROTOBUF', file(reader), file(writer))).toEqual(expected)
  })

  it('with an import, by what it brings', () => {
    const money = (type: string, name = 'm') => ({
      name: 'money.proto',
      text: file(`package ${name}; message Money { ${type} units = 1; Money more = 2; }`),
    })
    const order = (name: string, type: string): SchemaText => ({
      type: 'PROTOBUF',
      text: file(`import "money.proto"; message Order { ${name}.Money total = 1; }`),
      references: [money(type, name)],
    })
    const tell = (reader: SchemaText, writer: SchemaText) =>
      incompatibilities(reader, writer).map(({ type, path }) => `${type} ${path}`)
    expect(tell(order('m', 'int64'), order('m', 'int32'))).toEqual([])
    expect(tell(order('n', 'int64'), order('m', 'int64'))).toEqual([])
    expect(tell(order('m', 'string'), order('m', 'int32'))).toEqual([
      'FIELD_SCALAR_KIND_CHANGED #/Money/1',
      'FIELD_NAMED_TYPE_CHANGED #/Order/1',
    ])
  })

  it('with required fields', () => {
    const one = file('message M { required int32 a = 1; }', 'proto2')
    const none = file('message M { }', 'proto2')
    expect(kinds('PROTOBUF', one, none)).toEqual(['REQUIRED_FIELD_ADDED #/M/1'])
    expect(kinds('PROTOBUF', none, one)).toEqual(['REQUIRED_FIELD_REMOVED #/M/1'])
  })
})

describe('a JSON Schema accepts what another accepted', () => {
  const object = (properties: object, more: object = {}) => ({
    type: 'object',
    properties,
    ...more,
  })
  const closed = { additionalProperties: false }
  const text = { type: 'string' }
  const number = { type: 'number' }
  it.each([
    ['the same', object({ a: text }), object({ a: text }), []],
    [
      'a property more, open',
      object({ a: text, b: text }),
      object({ a: text }),
      ['OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b'],
    ],
    ['a property of anything more, open', object({ a: text, b: {} }), object({ a: text }), []],
    [
      'a property more, closed',
      object({ a: text, b: text }, closed),
      object({ a: text }, closed),
      [],
    ],
    [
      'a demanded property more, closed',
      object({ b: text }, { ...closed, required: ['b'] }),
      object({}, closed),
      ['REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b'],
    ],
    [
      'a demanded property with a default more, closed',
      object({ b: { ...text, default: '' } }, { ...closed, required: ['b'] }),
      object({}, closed),
      [],
    ],
    ['a property less, open', object({}), object({ a: text }), []],
    [
      'a property less, closed',
      object({}, closed),
      object({ a: text }, closed),
      ['PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a'],
    ],
    [
      'a property less, covered',
      object({}, { additionalProperties: text }),
      object({ a: text }, closed),
      [],
    ],
    [
      'a property less, not covered',
      object({}, { additionalProperties: number }),
      object({ a: text }, closed),
      ['PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a'],
    ],
    [
      'closed what was open',
      object({ a: text }, closed),
      object({ a: text }),
      ['ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties'],
    ],
    [
      'a property now demanded',
      object({ a: text }, { required: ['a'] }),
      object({ a: text }),
      ['REQUIRED_ATTRIBUTE_ADDED #/required/a'],
    ],
    [
      'a property of another type',
      object({ a: number }),
      object({ a: text }),
      ['TYPE_CHANGED #/properties/a'],
    ],
    ['a wider type', { type: ['string', 'null'] }, text, []],
    ['a narrower type', text, { type: ['string', 'null'] }, ['TYPE_NARROWED #']],
    ['integers as numbers', number, { type: 'integer' }, []],
    ['numbers as integers', { type: 'integer' }, number, ['TYPE_CHANGED #']],
    ['an enum with more', { enum: ['a', 'b'] }, { enum: ['a'] }, []],
    ['an enum with less', { enum: ['a'] }, { enum: ['a', 'b'] }, ['ENUM_ARRAY_NARROWED #/enum']],
    ['a longer limit', { ...text, maxLength: 5 }, { ...text, maxLength: 4 }, []],
    [
      'a shorter limit',
      { ...text, maxLength: 3 },
      { ...text, maxLength: 4 },
      ['MAX_LENGTH_DECREASED #/maxLength'],
    ],
    ['a new limit', { ...number, minimum: 3 }, number, ['MINIMUM_ADDED #/minimum']],
    ['a new pattern', { ...text, pattern: 'a' }, text, ['PATTERN_ADDED #/pattern']],
    ['one branch more', { oneOf: [text, number] }, { oneOf: [text] }, []],
    ['one branch less', { oneOf: [text] }, { oneOf: [text, number] }, ['SUM_TYPE_NARROWED #']],
    ['a branch for what was alone', { anyOf: [text, number] }, text, []],
    [
      'more of allOf',
      { allOf: [text, { minLength: 2 }] },
      { allOf: [text] },
      ['PRODUCT_TYPE_EXTENDED #/allOf'],
    ],
    [
      'items of another type',
      { type: 'array', items: number },
      { type: 'array', items: text },
      ['TYPE_CHANGED #/items'],
    ],
    [
      'properties by a pattern, covered',
      object({}, { ...closed, patternProperties: { '^n_': number } }),
      object({ n_a: { type: 'integer' } }, closed),
      [],
    ],
    [
      'a pattern that nobody should try',
      object({}, { ...closed, patternProperties: { '^(a+)+$': text } }),
      object({ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab: text }, closed),
      [
        'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab',
      ],
    ],
    [
      'a property that needs another',
      object({ a: text, b: text }, { dependentRequired: { a: ['b'] } }),
      object({ a: text, b: text }),
      ['DEPENDENCY_ARRAY_ADDED #/dependencies/a'],
    ],
    [
      'a property that needs one more',
      object({ a: text }, { dependencies: { a: ['b', 'c'] } }),
      object({ a: text }, { dependencies: { a: ['b'] } }),
      ['DEPENDENCY_ARRAY_EXTENDED #/dependencies/a'],
    ],
    [
      'a property that needs less',
      object({ a: text }, { dependencies: { a: ['b'] } }),
      object({ a: text }, { dependencies: { a: ['b', 'c'] } }),
      [],
    ],
    [
      'a property that brings a schema',
      object({ a: text }, { dependentSchemas: { a: { required: ['b'] } } }),
      object({ a: text }),
      ['DEPENDENCY_SCHEMA_ADDED #/dependencies/a'],
    ],
    [
      'another first item',
      { type: 'array', prefixItems: [number] },
      { type: 'array', prefixItems: [text] },
      ['TYPE_CHANGED #/items/0'],
    ],
    [
      'a first item more, open',
      { type: 'array', items: [text, number] },
      { type: 'array', items: [text] },
      ['ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1'],
    ],
    [
      'a first item more, closed',
      { type: 'array', items: [text, number], additionalItems: false },
      { type: 'array', items: [text], additionalItems: false },
      [],
    ],
    [
      'a first item less, closed',
      { type: 'array', items: [text], additionalItems: false },
      { type: 'array', items: [text, number], additionalItems: false },
      ['ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/1'],
    ],
    [
      'a first item less, not covered',
      { type: 'array', prefixItems: [text], items: text },
      { type: 'array', prefixItems: [text, number], items: text },
      ['ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/1'],
    ],
    [
      'no more items after the first',
      { type: 'array', items: [text], additionalItems: false },
      { type: 'array', items: [text] },
      ['ADDITIONAL_ITEMS_REMOVED #/additionalItems'],
    ],
    [
      'more of what must be contained',
      { type: 'array', contains: text, minContains: 2 },
      { type: 'array', contains: text, minContains: 1 },
      ['MIN_CONTAINS_INCREASED #/minContains'],
    ],
    [
      'a branch more, and a property of another type beside',
      object({ a: number }, { oneOf: [text, number] }),
      object({ a: text }, { oneOf: [text] }),
      ['TYPE_CHANGED #/properties/a'],
    ],
    ['a sum of one as a product of one', { allOf: [text] }, { anyOf: [text] }, []],
    ['anything', true, object({ a: text }), []],
    ['nothing', false, text, ['TYPE_CHANGED #']],
    ['itself, recursive', object({ next: { $ref: '#' } }), object({ next: { $ref: '#' } }), []],
  ])('%s', (_name, reader, writer, expected) => {
    expect(kinds('JSON', reader, writer)).toEqual(expected)
  })
})

describe('compatibility levels', () => {
  const with_ = (...fields: unknown[]) => schema('AVRO', record(...fields))
  const a = { name: 'a', type: 'int' }
  const b = { name: 'b', type: 'int' }
  const optional = { ...b, default: 0 }
  const outcome = (next: SchemaText, earlier: SchemaText[]) =>
    (
      [
        'BACKWARD',
        'FORWARD',
        'FULL',
        'BACKWARD_TRANSITIVE',
        'FORWARD_TRANSITIVE',
        'FULL_TRANSITIVE',
        'NONE',
      ] as const
    ).filter((level) => checkCompatibility(next, earlier, level).length === 0)

  it('ask for what their names say', () => {
    expect(outcome(with_(a, b), [with_(a)])).toEqual(['FORWARD', 'FORWARD_TRANSITIVE', 'NONE'])
    expect(outcome(with_(a), [with_(a, b)])).toEqual(['BACKWARD', 'BACKWARD_TRANSITIVE', 'NONE'])
    expect(outcome(with_(a, optional), [with_(a)])).toHaveLength(7)
    // Compatible with the last version only.
    expect(outcome(with_(a, b), [with_(a), with_(a, optional)])).toEqual([
      'BACKWARD',
      'FORWARD',
      'FULL',
      'FORWARD_TRANSITIVE',
      'NONE',
    ])
    expect(checkCompatibility(schema('JSON', {}), [with_(a)], 'BACKWARD')[0]?.type).toBe(
      'SCHEMA_TYPE_CHANGED',
    )
  })
})

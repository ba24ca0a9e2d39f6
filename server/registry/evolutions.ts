// Evolutions of all three kinds, for tests: what a registry must let pass and what it must refuse
// (docs.confluent.io, "Schema Evolution and Compatibility"). A row says whether the new schema reads
// what the old one wrote (backward) and the other way round (forward); what follows for a level is
// worked out from the definition of the levels.

export const LEVELS = [
  ['NONE', () => true],
  ['BACKWARD', (backward: boolean) => backward],
  ['BACKWARD_TRANSITIVE', (backward: boolean) => backward],
  ['FORWARD', (_: boolean, forward: boolean) => forward],
  ['FORWARD_TRANSITIVE', (_: boolean, forward: boolean) => forward],
  ['FULL', (backward: boolean, forward: boolean) => backward && forward],
  ['FULL_TRANSITIVE', (backward: boolean, forward: boolean) => backward && forward],
] as const

const fields = (...list: string[]) => `{"type":"record","name":"R","fields":[${list.join(',')}]}`
const f = (name: string, type: string, more = '') => `{"name":"${name}","type":${type}${more}}`
const x = f('x', '"int"')
const suit = (...symbols: string[]) =>
  fields(f('e', `{"type":"enum","name":"E","symbols":${JSON.stringify(symbols)}}`))

/** name, old, new, backward, forward */
type Row = [name: string, old: string, changed: string, backward: boolean, forward: boolean]

const avro: Row[] = [
  [
    'a field with a default is added',
    fields(x),
    fields(x, f('y', '"int"', ',"default":0')),
    true,
    true,
  ],
  ['a field without a default is added', fields(x), fields(x, f('y', '"int"')), false, true],
  [
    'a field with a default is removed',
    fields(x, f('y', '"int"', ',"default":0')),
    fields(x),
    true,
    true,
  ],
  ['a field without a default is removed', fields(x, f('y', '"int"')), fields(x), true, false],
  ['int becomes long', fields(x), fields(f('x', '"long"')), true, false],
  ['int becomes float', fields(x), fields(f('x', '"float"')), true, false],
  ['float becomes double', fields(f('x', '"float"')), fields(f('x', '"double"')), true, false],
  ['long becomes int', fields(f('x', '"long"')), fields(x), false, true],
  ['string becomes bytes', fields(f('x', '"string"')), fields(f('x', '"bytes"')), true, true],
  ['int becomes string', fields(x), fields(f('x', '"string"')), false, false],
  ['a type becomes a union with it', fields(x), fields(f('x', '["null","int"]')), true, false],
  [
    'a union gains a type',
    fields(f('x', '["null","int"]')),
    fields(f('x', '["null","int","string"]')),
    true,
    false,
  ],
  [
    'a union loses a type',
    fields(f('x', '["null","int","string"]')),
    fields(f('x', '["null","int"]')),
    false,
    true,
  ],
  ['an enum gains a symbol', suit('A'), suit('A', 'B'), true, false],
  ['an enum loses a symbol', suit('A', 'B'), suit('A'), false, true],
  [
    'a field is renamed with an alias',
    fields(x),
    fields(f('z', '"int"', ',"aliases":["x"]')),
    true,
    false,
  ],
  ['a record is renamed', fields(x), fields(x).replace('"R"', '"S"'), false, false],
  ['fields change places', fields(x, f('y', '"int"')), fields(f('y', '"int"'), x), true, true],
  [
    'items become longs',
    '{"type":"array","items":"int"}',
    '{"type":"array","items":"long"}',
    true,
    false,
  ],
  [
    'values of a map become text',
    '{"type":"map","values":"int"}',
    '{"type":"map","values":"string"}',
    false,
    false,
  ],
  [
    'a fixed gets another size',
    '{"type":"fixed","name":"F","size":4}',
    '{"type":"fixed","name":"F","size":5}',
    false,
    false,
  ],
  [
    'a nested record gains a field without a default',
    fields(f('n', '{"type":"record","name":"N","fields":[]}')),
    fields(f('n', '{"type":"record","name":"N","fields":[{"name":"z","type":"int"}]}')),
    false,
    true,
  ],
  [
    'an enum with a default loses a symbol',
    fields(f('e', '{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}')),
    fields(f('e', '{"type":"enum","name":"E","symbols":["A"],"default":"A"}')),
    true,
    true,
  ],
  ['a union becomes its one type', fields(f('x', '["null","int"]')), fields(x), false, true],
  [
    'a default changes',
    fields(f('x', '"int"', ',"default":0')),
    fields(f('x', '"int"', ',"default":1')),
    true,
    true,
  ],
  [
    'a logical type is added',
    fields(x),
    fields(f('x', '{"type":"int","logicalType":"date"}')),
    true,
    true,
  ],
  ['the namespace changes', fields(x), fields(x).replace('"R"', '"R","namespace":"n"'), true, true],
  ['only docs change', fields(x), fields(f('x', '"int"', ',"doc":"d"')), true, true],
]

const p = (body: string) => `syntax = "proto3"; message M { ${body} }`
const protobuf: Row[] = [
  ['a field is added', p('int32 a = 1;'), p('int32 a = 1; int32 b = 2;'), true, true],
  ['a field is removed', p('int32 a = 1; int32 b = 2;'), p('int32 a = 1;'), true, true],
  ['a field is renamed', p('int32 a = 1;'), p('int32 b = 1;'), true, true],
  ['int32 becomes int64', p('int32 a = 1;'), p('int64 a = 1;'), true, true],
  ['int32 becomes bool', p('int32 a = 1;'), p('bool a = 1;'), true, true],
  ['int32 becomes string', p('int32 a = 1;'), p('string a = 1;'), false, false],
  ['int32 becomes sint32', p('int32 a = 1;'), p('sint32 a = 1;'), false, false],
  ['sint32 becomes sint64', p('sint32 a = 1;'), p('sint64 a = 1;'), true, true],
  ['fixed32 becomes sfixed32', p('fixed32 a = 1;'), p('sfixed32 a = 1;'), true, true],
  ['string becomes bytes', p('string a = 1;'), p('bytes a = 1;'), true, true],
  ['float becomes double', p('float a = 1;'), p('double a = 1;'), false, false],
  [
    'a message is added',
    p('int32 a = 1;'),
    `${p('int32 a = 1;')} message N { int32 b = 1; }`,
    true,
    false,
  ],
  [
    'the package changes',
    'syntax = "proto3"; package a; message M { int32 a = 1; }',
    'syntax = "proto3"; package b; message M { int32 a = 1; }',
    false,
    false,
  ],
  [
    'a nested message is removed',
    p('int32 a = 1; message N { int32 b = 1; }'),
    p('int32 a = 1;'),
    false,
    true,
  ],
  [
    'two fields move into a oneof',
    p('int32 a = 1; int32 b = 2;'),
    p('oneof o { int32 a = 1; int32 b = 2; }'),
    false,
    true,
  ],
  [
    'one field moves into a new oneof',
    p('int32 a = 1; int32 b = 2;'),
    p('oneof o { int32 a = 1; } int32 b = 2;'),
    true,
    true,
  ],
  [
    'a oneof gains a field',
    p('oneof o { int32 a = 1; }'),
    p('oneof o { int32 a = 1; int32 b = 2; }'),
    true,
    false,
  ],
  [
    'an enum becomes a number',
    'syntax = "proto3"; message M { E e = 1; } enum E { X = 0; }',
    'syntax = "proto3"; message M { int32 e = 1; } enum E { X = 0; }',
    true,
    true,
  ],
  [
    'a map gets other values',
    p('map<string, int32> a = 1;'),
    p('map<string, string> a = 1;'),
    false,
    false,
  ],
  ['a text becomes a list', p('string a = 1;'), p('repeated string a = 1;'), true, true],
  ['a field becomes optional', p('int32 a = 1;'), p('optional int32 a = 1;'), true, true],
  [
    'a number is reused for another type',
    p('int32 a = 1; string b = 2;'),
    p('int32 a = 1; int32 c = 2;'),
    false,
    false,
  ],
  ['comments change', p('int32 a = 1;'), p('/* now told */ int32 a = 1;'), true, true],
]

const o = (properties: string, more = '') => `{"type":"object","properties":{${properties}}${more}}`
const closed = ',"additionalProperties":false'
const json: Row[] = [
  [
    'a property is added to an open object',
    o('"a":{"type":"integer"}'),
    o('"a":{"type":"integer"},"b":{"type":"string"}'),
    false,
    true,
  ],
  [
    'an optional property is added to a closed object',
    o('"a":{"type":"integer"}', closed),
    o('"a":{"type":"integer"},"b":{"type":"string"}', closed),
    true,
    false,
  ],
  [
    'a property is removed from a closed object',
    o('"a":{"type":"integer"},"b":{"type":"string"}', closed),
    o('"a":{"type":"integer"}', closed),
    false,
    true,
  ],
  [
    'a property becomes required',
    o('"a":{"type":"integer"}'),
    o('"a":{"type":"integer"}', ',"required":["a"]'),
    false,
    true,
  ],
  ['integer becomes number', o('"a":{"type":"integer"}'), o('"a":{"type":"number"}'), true, false],
  [
    'a type becomes one of two',
    o('"a":{"type":"integer"}'),
    o('"a":{"type":["integer","null"]}'),
    true,
    false,
  ],
  ['integer becomes string', o('"a":{"type":"integer"}'), o('"a":{"type":"string"}'), false, false],
  [
    'an enum gains a value',
    '{"type":"string","enum":["a"]}',
    '{"type":"string","enum":["a","b"]}',
    true,
    false,
  ],
  [
    'a maximum is raised',
    '{"type":"integer","maximum":5}',
    '{"type":"integer","maximum":9}',
    true,
    false,
  ],
  ['a maximum is added', '{"type":"integer"}', '{"type":"integer","maximum":9}', false, true],
  [
    'a least length is raised',
    '{"type":"string","minLength":1}',
    '{"type":"string","minLength":2}',
    false,
    true,
  ],
  ['a pattern is added', '{"type":"string"}', '{"type":"string","pattern":"^a"}', false, true],
  [
    'items become numbers',
    '{"type":"array","items":{"type":"integer"}}',
    '{"type":"array","items":{"type":"number"}}',
    true,
    false,
  ],
  [
    'an object is closed',
    o('"a":{"type":"integer"}'),
    o('"a":{"type":"integer"}', closed),
    false,
    true,
  ],
  [
    'first items become others',
    '{"type":"array","items":[{"type":"string"}]}',
    '{"type":"array","items":[{"type":"number"}]}',
    false,
    false,
  ],
  [
    'a first item more is described, and no others are allowed',
    '{"type":"array","items":[{"type":"string"}],"additionalItems":false}',
    '{"type":"array","items":[{"type":"string"},{"type":"number"}],"additionalItems":false}',
    true,
    false,
  ],
  [
    'a property comes to need another',
    o('"a":{"type":"integer"},"b":{"type":"integer"}'),
    o('"a":{"type":"integer"},"b":{"type":"integer"}', ',"dependencies":{"a":["b"]}'),
    false,
    true,
  ],
  [
    'a oneOf gains a branch',
    '{"oneOf":[{"type":"string"},{"type":"null"}]}',
    '{"oneOf":[{"type":"string"},{"type":"null"},{"type":"integer"}]}',
    true,
    false,
  ],
  [
    'an allOf gains a part',
    '{"allOf":[{"type":"string"},{"maxLength":9}]}',
    '{"allOf":[{"type":"string"},{"maxLength":9},{"minLength":1}]}',
    false,
    true,
  ],
  [
    'items must differ',
    '{"type":"array","items":{"type":"string"}}',
    '{"type":"array","items":{"type":"string"},"uniqueItems":true}',
    false,
    true,
  ],
  [
    'a multiple is loosened',
    '{"type":"integer","multipleOf":10}',
    '{"type":"integer","multipleOf":5}',
    true,
    false,
  ],
  [
    'a definition changes that is referred to',
    '{"type":"object","properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"type":"string"}}}',
    '{"type":"object","properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"type":"integer"}}}',
    false,
    false,
  ],
  [
    'only the description changes',
    o('"a":{"type":"integer"}'),
    o('"a":{"type":"integer","description":"d"}'),
    true,
    true,
  ],
]

export const EVOLUTIONS = (
  [
    ['AVRO', avro],
    ['PROTOBUF', protobuf],
    ['JSON', json],
  ] as ['AVRO' | 'PROTOBUF' | 'JSON', Row[]][]
).flatMap(([kind, rows]) => rows.map((row) => [kind, ...row] as const))

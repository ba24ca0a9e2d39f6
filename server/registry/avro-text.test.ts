// What Avro's own Java library (1.12.0) makes of the same texts.

import { parse, stringify } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { spellAvro } from './avro-text.ts'

const ROWS = [
  [
    'the order of attributes',
    '{"name":"a.R","doc":"d","fields":[{"type":{"type":"string"},"name":"x","doc":"e"}],"type":"record"}',
    '{"type":"record","name":"R","namespace":"a","doc":"d","fields":[{"name":"x","type":"string","doc":"e"}]}',
  ],
  [
    'names, aliases, attributes and logical types',
    '{"type":"record","name":"R","namespace":"a.b","aliases":["Q","c.Z"],"custom":{"b":1,"a":[1,2]},"fields":[{"name":"x","type":["null",{"type":"record","name":"S","fields":[{"name":"r","type":["null","R"],"default":null}]}],"default":null,"aliases":["y"],"prop":"v","order":"descending"},{"name":"s","type":"a.b.S"},{"name":"t","type":{"type":"fixed","name":"o.F","size":4,"logicalType":"decimal","precision":5,"scale":2}},{"name":"u","type":"o.F"},{"name":"e","type":{"type":"enum","name":"E","doc":"q","symbols":["A","B"],"default":"A","x":1,"aliases":["EE"]}},{"name":"d","type":{"logicalType":"timestamp-millis","type":"long"}},{"name":"m","type":{"values":"int","type":"map","p":1}},{"name":"l","type":{"type":"array","items":{"type":"string","avro.java.string":"String"},"default":[]}}]}',
    '{"type":"record","name":"R","namespace":"a.b","fields":[{"name":"x","type":["null",{"type":"record","name":"S","fields":[{"name":"r","type":["null","R"],"default":null}]}],"default":null,"order":"descending","aliases":["y"],"prop":"v"},{"name":"s","type":"S"},{"name":"t","type":{"type":"fixed","name":"F","namespace":"o","size":4,"logicalType":"decimal","precision":5,"scale":2}},{"name":"u","type":"o.F"},{"name":"e","type":{"type":"enum","name":"E","doc":"q","symbols":["A","B"],"default":"A","x":1,"aliases":["EE"]}},{"name":"d","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"m","type":{"type":"map","values":"int","p":1}},{"name":"l","type":{"type":"array","items":{"type":"string","avro.java.string":"String"},"default":[]}}],"custom":{"b":1,"a":[1,2]},"aliases":["Q","c.Z"]}',
  ],
  ['a bare name', '"string"', '"string"'],
  ['a type without attributes', '{"type":"int"}', '"int"'],
  [
    'namespaces inside of others, also none',
    '{"type":"record","name":"T","fields":[{"name":"n","type":{"type":"record","name":"p.N","fields":[{"name":"b","type":{"type":"record","name":"B","namespace":"","fields":[]}}]}},{"name":"again","type":"p.N"}]}',
    '{"type":"record","name":"T","fields":[{"name":"n","type":{"type":"record","name":"N","namespace":"p","fields":[{"name":"b","type":{"type":"record","name":"B","namespace":"","fields":[]}}]}},{"name":"again","type":"p.N"}]}',
  ],
  [
    'a union',
    '["null","int",{"type":"array","items":"long"}]',
    '["null","int",{"type":"array","items":"long"}]',
  ],
  [
    'an error',
    '{"type":"error","name":"Er","fields":[{"name":"x","type":"double","default":1.5}]}',
    '{"type":"error","name":"Er","fields":[{"name":"x","type":"double","default":1.5}]}',
  ],
  [
    'defaults and docs',
    String.raw`{"type":"record","name":"Opt","fields":[{"name":"x","type":"string","default":"","doc":"a \"q\" é"}]}`,
    String.raw`{"type":"record","name":"Opt","fields":[{"name":"x","type":"string","doc":"a \"q\" é","default":""}]}`,
  ],
  [
    'a name that brings its namespace',
    '{"type":"fixed","name":"a.b.C","namespace":"ignored","size":3}',
    '{"type":"fixed","name":"C","namespace":"a.b","size":3}',
  ],
] as const

describe('an Avro schema is spelled as by Java', () => {
  it.each(ROWS)('%s', (_name, text, spelled) => {
    expect(stringify(spellAvro(parse(text)))).toBe(spelled)
    expect(stringify(spellAvro(parse(spelled)))).toBe(spelled)
  })

  it('keeps the digits of numbers, and names that mean something to JavaScript', () => {
    const text = '{"type":"int","__proto__":{"a":1.50},"constructor":12345678901234567890}'
    expect(stringify(spellAvro(parse(text)))).toBe(text)
  })
})

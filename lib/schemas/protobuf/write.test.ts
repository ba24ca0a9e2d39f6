import { readFileSync } from 'node:fs'
import { parse as parseLossless } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { exactNumber, writeExactJson } from '../exact-json.ts'
import { protobufDecoder } from './decode.ts'
import { messageNamed, parseProtobuf } from './file.ts'
import { protobufEncoder } from './write.ts'

const exactly = (text: string) => parseLossless(text, null, { parseNumber: exactNumber })
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function encode(fields: string, text: string): Uint8Array {
  const file = parseProtobuf(`syntax = "proto3"; message M { ${fields} }`)
  return protobufEncoder(messageNamed(file, 'M'))(exactly(text))
}

describe('writing Protobuf', () => {
  it.each([
    ['int32 a = 1;', '{"a":-1}', '08ffffffffffffffffff01'],
    ['int64 a = 1;', '{"a":"9223372036854775807"}', '08ffffffffffffffff7f'],
    ['uint64 a = 1;', '{"a":18446744073709551615}', '08ffffffffffffffffff01'],
    ['sint64 a = 1;', '{"a":-9223372036854775808}', '08ffffffffffffffffff01'],
    ['fixed32 a = 1;', '{"a":4294967295}', '0dffffffff'],
    ['double a = 1;', '{"a":"-Infinity"}', '09000000000000f0ff'],
    ['double a = 1;', '{"a":-0.0}', '090000000000000080'],
    ['string a = 1;', '{"a":"é"}', '0a02c3a9'],
    ['bytes a = 1;', '{"a":"AAE="}', '0a020001'],
    ['int32 a = 1; string b = 2;', '{"b":"","a":0}', ''],
    ['optional int32 a = 1;', '{"a":0}', '0800'],
    ['int32 some_name = 1;', '{"someName":5}', '0805'],
    ['int32 a = 1;', '{"a":null}', ''],
    ['repeated int32 a = 1;', '{"a":[1,300]}', '0a0301ac02'],
    ['repeated int32 a = 1 [packed = false];', '{"a":[1,2]}', '08010802'],
    ['map<string, int32> a = 1;', '{"a":{"x":0}}', '0a050a01781000'],
    ['enum E { A = 0; B = 5; } E a = 1;', '{"a":"B"}', '0805'],
    ['enum E { A = 0; B = 5; } E a = 1;', '{"a":7}', '0807'],
    ['message N { int32 b = 1; } N a = 1;', '{"a":{}}', '0a00'],
    ['int32 z = 1; int32 a = 536870911;', '{"a":1,"z":1}', '0801f8ffffff0f01'],
  ])('%s of %s is %s', (fields, text, expected) => {
    expect(hex(encode(fields, text))).toBe(expected)
  })

  it.each([
    ['int32 a = 1;', '{"a":2147483648}', /^a: 2147483648 does not fit into int32/],
    ['uint32 a = 1;', '{"a":-1}', /does not fit into uint32/],
    ['int32 a = 1;', '{"a":1.5}', /no int32/],
    ['int32 a = 1;', '{"b":1}', /^b: the message M has no such field/],
    ['repeated int32 a = 1;', '{"a":[1,"x"]}', /^a\[1\]: "x" is no int32/],
    ['enum E { A = 0; } E a = 1;', '{"a":"B"}', /"B" is no name of E, which has A/],
    ['oneof c { int32 a = 1; int32 b = 2; }', '{"a":1,"b":2}', /^b: "c" is a already/],
    ['int32 a_b = 1;', '{"a_b":1,"aB":2}', /twice/],
    ['bytes a = 1;', '{"a":"?"}', /no base64/],
    ['map<int32, int32> a = 1;', '{"a":{"x":1}}', /^a.x: "x" is no int32/],
    ['message N { N b = 1; } N a = 1;', '{"a":{"b":[]}}', /^a.b: a list is no message M.N/],
  ])('%s refuses %s', (fields, text, message) => {
    expect(() => encode(fields, text)).toThrow(message)
  })

  it('asks for what proto2 requires', () => {
    const file = parseProtobuf('syntax = "proto2"; message M { required int32 a = 1; }')
    expect(() => protobufEncoder(messageNamed(file, 'M'))({})).toThrow('a: it is missing')
  })

  it('writes again what other writers wrote', () => {
    const text = readFileSync(new URL('../golden/protobuf.json', import.meta.url), 'utf8')
    const golden = JSON.parse(text) as {
      files: { name: string; text: string }[]
      cases: { name: string; message: string; bytes: string }[]
    }
    const same: string[] = []
    for (const { name, message, bytes } of golden.cases) {
      const [first = ''] = message.split('.')
      const own = golden.files.find((one) => one.text.includes(`package ${first};`))
      if (own === undefined) throw new Error(`no file declares ${message}`)
      const others = golden.files.filter((one) => one !== own)
      const type = messageNamed(parseProtobuf(own.text, others), message)
      const data = protobufDecoder(type)(Buffer.from(bytes, 'base64'))
      const shown = writeExactJson(data)
      if (shown.includes('"?')) continue
      const written = protobufEncoder(type)(exactly(shown))
      const told = writeExactJson(protobufDecoder(type)(written))
      expect(`${name}: ${told}`).toBe(`${name}: ${shown}`)
      if (Buffer.from(written).toString('base64') === bytes) same.push(name)
    }
    expect(same).toContain('everything set')
  })
})

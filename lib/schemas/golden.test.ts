// Payloads that other people's serializers wrote, and what their own deserializers made of them
// (golden/make.py says with what).

import { readFileSync } from 'node:fs'
import { parse } from 'lossless-json'
import descriptor from 'protobufjs/ext/descriptor'
import { describe, expect, it } from 'vitest'
import { readCbor } from '../decode/binary/cbor.ts'
import { readMessagePack } from '../decode/binary/msgpack.ts'
import { compileAvro } from './avro/compile.ts'
import { writeExactJson } from './exact-json.ts'
import { compileMessage, compileProtobuf } from './protobuf/compile.ts'
import { serializeProtobuf } from './protobuf/describe.ts'
import { parseProtobuf, readDescriptorSet } from './protobuf/file.ts'
import { printFileDescriptor } from './protobuf/print.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'))
const bytesOf = (base64: string) => Buffer.from(base64, 'base64')
/** Numbers are compared as values, whatever their spelling, unless it is one of many digits. */
const normal = (json: string) =>
  parse(json, null, (digits) =>
    String(Number(digits)) === digits ||
    (/^-?\d+(\.\d{1,15})?([eE].*)?$/.test(digits) &&
      Number.isSafeInteger(Math.trunc(Number(digits))))
      ? Number(digits)
      : digits,
  )

/** Without names for JSON that follow from the field's own, and maps' entries in one order. */
function sortedEntries(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedEntries)
  if (typeof value !== 'object' || value === null) return value
  const {
    jsonName: _,
    nestedType,
    ...others
  } = value as { jsonName?: unknown; nestedType?: { name: string }[] }
  const nested = nestedType && [...nestedType].sort((a, b) => (a.name < b.name ? -1 : 1))
  const entries = Object.entries({ ...others, ...(nested && { nestedType: nested }) })
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortedEntries(inner)]))
}

describe('golden payloads', () => {
  for (const { name, schema, bytes, shown } of read('avro').cases) {
    it(`Avro: ${name}`, () => {
      const compiled = compileAvro({ type: 'AVRO', text: schema, references: [] })
      expect(normal(writeExactJson(compiled.decode(bytesOf(bytes))))).toEqual(normal(shown))
    })
  }

  const protobuf = read('protobuf')
  const references = protobuf.files.filter(({ name }: { name: string }) => name.includes('/'))
  const parsed = protobuf.files.map(({ text }: { text: string }) => parseProtobuf(text, references))
  const set = readDescriptorSet(bytesOf(protobuf.descriptorSet))
  for (const { name, message, bytes, shown } of protobuf.cases) {
    it(`Protobuf from text: ${name}`, () => {
      const file = message.startsWith('second') ? parsed[2] : parsed[1]
      const compiled = compileMessage(file, { name: message })
      expect(normal(writeExactJson(compiled.decode(bytesOf(bytes))))).toEqual(normal(shown))
    })
    it(`Protobuf from a descriptor set: ${name}`, () => {
      const compiled = compileMessage(set, { name: message })
      expect(normal(writeExactJson(compiled.decode(bytesOf(bytes))))).toEqual(normal(shown))
    })
  }

  it('Protobuf: a compiled file is printed as the text it was', () => {
    const files = descriptor.FileDescriptorSet.decode(
      bytesOf(protobuf.descriptorSet),
    ) as unknown as {
      file: { name: string }[]
    }
    for (const { name, text } of protobuf.files) {
      const file = files.file.find((one) => one.name === name)
      const encoded = descriptor.FileDescriptorProto.encode(file as object).finish()
      const printed = printFileDescriptor(encoded)
      const fieldsOf = (proto: string) =>
        compileProtobuf({ type: 'PROTOBUF', text: proto, references }).fields.map(
          // Comments are not compiled.
          (field) => ({ ...field, doc: null }),
        )
      expect(fieldsOf(printed), printed).toEqual(fieldsOf(text))
      const again = parseProtobuf(printed, references)
      for (const { message, bytes, shown } of protobuf.cases) {
        if (!message.startsWith(name === 'second.proto' ? 'second' : `${name.split('.')[0]}.`))
          continue
        const compiled = compileMessage(again, { name: message })
        expect(normal(writeExactJson(compiled.decode(bytesOf(bytes))))).toEqual(normal(shown))
      }
    }
  })

  it('Protobuf: a text is compiled to what protoc makes of it', () => {
    const files = descriptor.FileDescriptorSet.decode(
      bytesOf(protobuf.descriptorSet),
    ) as unknown as { file: { name: string }[] }
    for (const { name, text } of protobuf.files) {
      const file = files.file.find((one) => one.name === name)
      const compiled = descriptor.FileDescriptorProto.decode(serializeProtobuf(text, references))
      const told = (message: unknown) => {
        const object = descriptor.FileDescriptorProto.toObject(message as never, {
          enums: Number,
          longs: String,
        }) as Record<string, unknown>
        return JSON.parse(JSON.stringify(sortedEntries({ ...object, name })))
      }
      expect(told(compiled)).toEqual(told(file))
    }
  })

  for (const { name, kind, bytes, shown } of read('binary').cases) {
    it(name, () => {
      const decode = kind === 'cbor' ? readCbor : readMessagePack
      expect(normal(writeExactJson(decode(bytesOf(bytes))))).toEqual(normal(shown))
    })
  }
})

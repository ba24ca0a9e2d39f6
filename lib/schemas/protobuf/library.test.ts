import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SchemaError } from '../schema.ts'
import { ProtoLibrary } from './library.ts'

const golden = JSON.parse(readFileSync(new URL('../golden/protobuf.json', import.meta.url), 'utf8'))

const source = (name: string, text: string) => ({ name, path: `protos/${name}`, text })
const library = (texts: Record<string, string>) =>
  new ProtoLibrary(
    Object.entries(texts).map(([name, text]) => source(name, text)),
    [],
  )

function problemOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof SchemaError) return error.message
    throw error
  }
  throw new Error('there was no problem')
}

describe('a library of .proto files', () => {
  const files = library({
    'shop/order.proto':
      'syntax = "proto3"; package shop; import "shop/money.proto"; import "google/protobuf/timestamp.proto";\n' +
      'message Order { Money total = 1; google.protobuf.Timestamp at = 2; message Line { string sku = 1; } repeated Line lines = 3; map<string, int32> counts = 4; }',
    'shop/money.proto': 'syntax = "proto3"; package shop; message Money { int64 units = 1; }',
  })

  it('names every message, those inside others too', () => {
    expect(files.messages).toEqual(['shop.Money', 'shop.Order', 'shop.Order.Line'])
    expect(files.problems).toEqual([])
  })

  it('reads by a message, with what its file imports', () => {
    // field 1: Money { units: 2^53 + 1 }
    const bytes = Buffer.from('0a09088180808080808010', 'hex')
    expect(files.compile('shop.Order').decode(bytes)).toMatchObject({
      total: { units: 9007199254740993n },
      lines: [],
    })
    expect(files.compile('shop.Order.Line').name).toBe('shop.Order.Line')
  })

  it('reads by descriptor sets, as protoc compiled them', () => {
    const set = { path: 'all.desc', bytes: Buffer.from(golden.descriptorSet, 'base64') }
    const compiled = new ProtoLibrary([], [set])
    expect(compiled.messages).toContain('golden.Everything.Inner.Deepest')
    expect(compiled.messages).toContain('second.Old')
    expect(compiled.compile('golden.First').decode(Buffer.from('0809', 'hex'))).toEqual({ x: 9 })
  })

  it('says which message there is not, and which file may be why', () => {
    expect(problemOf(() => files.compile('shop.Nothing'))).toBe(
      'None of the .proto files declares the message "shop.Nothing".',
    )
    const broken = library({
      'good.proto': 'syntax = "proto3"; message Good { int32 x = 1; }',
      'bad.proto': 'syntax = "proto3";\n\nmessage Bad { int32 x 1; }',
    })
    expect(broken.messages).toEqual(['Good'])
    expect(broken.compile('Good').decode(Buffer.from('0805', 'hex'))).toEqual({ x: 5 })
    expect(broken.problems).toEqual(["protos/bad.proto, line 3: illegal token '1', '=' expected."])
    expect(problemOf(() => broken.compile('Bad'))).toContain('protos/bad.proto, line 3')
  })

  it('names file and line of an import that is missing, when it is needed', () => {
    const missing = library({
      'a.proto':
        'syntax = "proto3";\nimport "not/there.proto";\nmessage A { not.There x = 1; }\nmessage Own { int32 x = 1; }',
      'b.proto': 'syntax = "proto3"; import "a.proto"; message B { A a = 1; }',
      'unused.proto': 'syntax = "proto3"; import "not/there.proto"; message U { int32 x = 1; }',
    })
    const expected =
      'protos/a.proto, line 2: imports "not/there.proto", which is none of the files.'
    expect(problemOf(() => missing.compile('A'))).toBe(expected)
    expect(problemOf(() => missing.compile('B'))).toBe(expected)
    expect(missing.compile('U').decode(Buffer.from('0807', 'hex'))).toEqual({ x: 7 })
  })

  it('says of which file an import is broken', () => {
    const broken = library({
      'a.proto': 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
      'b.proto': 'syntax = "proto3";\nmessage B {',
    })
    expect(problemOf(() => broken.compile('A'))).toMatch(/^protos\/b\.proto, line 2: /)
  })

  it('finds imports of another root when only one file can be meant', () => {
    const deeper = library({
      'company/a.proto': 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
      'company/b.proto': 'syntax = "proto3"; message B { int32 x = 1; }',
      'c.proto': 'syntax = "proto3"; import "company/d.proto"; message C { D d = 1; }',
      'd.proto': 'syntax = "proto3"; message D { int32 x = 1; }',
    })
    expect(deeper.compile('A').decode(Buffer.from('0a020803', 'hex'))).toEqual({ b: { x: 3 } })
    expect(deeper.compile('C').decode(Buffer.from('0a020803', 'hex'))).toEqual({ d: { x: 3 } })
  })

  it('bears imports in a circle, messages in themselves, and hostile names', () => {
    const circle = library({
      'a.proto':
        'syntax = "proto3"; import "b.proto"; message Tree { repeated Tree trees = 1; B b = 2; }',
      'b.proto': 'syntax = "proto3"; import "a.proto"; message B { int32 __proto__ = 1; }',
    })
    const { trees, b } = circle.compile('Tree').decode(Buffer.from('0a0012020803', 'hex')) as {
      trees: unknown[]
      b: object
    }
    expect(trees).toHaveLength(1)
    // The parser leaves that field out, so it is shown by its number.
    expect(Object.entries(b)).toEqual([['?1', 3]])
    expect(Object.getPrototypeOf(b)).toBe(Object.prototype)
  })

  it('ends with what is nested too deeply, too long, or nothing at all', () => {
    const deep = `syntax = "proto3"; ${'message M { '.repeat(20_000)}${'}'.repeat(20_000)}`
    const broken = new ProtoLibrary(
      [source('deep.proto', deep), source('bytes.proto', '\u0000\ufffd')],
      [{ path: 'x.desc', bytes: Buffer.from('ffff', 'hex') }],
    )
    expect(broken.messages).toEqual([])
    expect(broken.problems).toEqual([
      'protos/deep.proto: max depth exceeded.',
      expect.stringMatching(/^protos\/bytes\.proto, line 1: /),
      expect.stringMatching(/^x\.desc: This is no FileDescriptorSet: /),
    ])
  })
})

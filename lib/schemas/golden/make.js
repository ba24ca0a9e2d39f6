// Writes client.json beside this file: what the serializers of @confluentinc/schemaregistry made
// of a value, and what its deserializers read back, in the form in which this project shows it.
//
//   npm install --prefix FOLDER @confluentinc/schemaregistry
//   node lib/schemas/golden/make.js FOLDER
//
// Not run in tests. The Avro library inside that client leaves logical types to its users: their
// values are read back as the numbers and bytes below them, and said here in ISO 8601 or digits.
// The Protobuf files are those of protobuf.json, as protoc compiled them.

import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder = ''] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const {
  AvroDeserializer,
  AvroSerializer,
  HeaderSchemaIdSerializer,
  JsonDeserializer,
  JsonSerializer,
  ProtobufDeserializer,
  ProtobufSerializer,
  SchemaRegistryClient,
  SerdeType,
} = require('@confluentinc/schemaregistry')
const { create, createFileRegistry, fromBinary, toJson } = require('@bufbuild/protobuf')
const wkt = require('@bufbuild/protobuf/wkt')
const { version } = require('@confluentinc/schemaregistry/package.json')

const beside = (name) => new URL(name, import.meta.url)
const client = SchemaRegistryClient.newClient({ baseURLs: ['mock://golden'] })
const latest = { useLatestVersion: true, autoRegisterSchemas: false }
const cases = []

/** Numbers and texts as they are; bytes as base64; `Raw` in its own digits. */
class Raw {
  constructor(digits) {
    this.digits = digits
  }
}
function textOf(value) {
  if (value instanceof Raw) return value.digits
  if (typeof value === 'bigint') return String(value)
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) {
    return JSON.stringify(Buffer.from(value).toString('base64'))
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([name]) => !name.startsWith('$'))
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${textOf(inner)}`).join(',')}}`
}

/** The schema with all that it refers to, each after what it needs itself. */
async function schemaOf(subject, number, referenceName) {
  const found =
    number === undefined
      ? await client.getLatestSchemaMetadata(subject)
      : await client.getSchemaMetadata(subject, number, true)
  const references = []
  for (const reference of found.references ?? []) {
    const inner = await schemaOf(reference.subject, reference.version, reference.name)
    for (const one of [...inner.references, { name: inner.name, text: inner.text }]) {
      if (!references.some(({ name }) => name === one.name)) references.push(one)
    }
  }
  const { id, guid, schemaType = 'AVRO', schema } = found
  return { name: referenceName, id, guid, type: schemaType, text: schema, references }
}

/** Once with the id before the payload, once with the GUID in a header. */
async function keep(name, topic, Serializer, Deserializer, config, value, show, message) {
  const read = { ...config, useLatestVersion: false }
  for (const place of ['prefix', 'header']) {
    const own = place === 'header' ? { schemaIdSerializer: HeaderSchemaIdSerializer } : {}
    const serializer = new Serializer(client, SerdeType.VALUE, { ...config, ...own })
    const deserializer = new Deserializer(client, SerdeType.VALUE, read)
    const headers = {}
    const bytes = await serializer.serialize(topic, value, headers)
    const back = await deserializer.deserialize(topic, bytes, headers)
    // It takes an empty payload for none, which behind a header is a message with nothing in it.
    if (back === null) continue
    const { name: _, ...schema } = await schemaOf(`${topic}-value`)
    const header = headers.__value_schema_id
    if (header !== undefined) {
      const digits = Buffer.from(header).toString('hex', 1, 17)
      schema.guid = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      schema.text = (await client.getByGuid(schema.guid)).schema
    }
    cases.push({
      name: place === 'header' ? `${name}, its GUID in a header` : name,
      schema,
      bytes: Buffer.from(bytes).toString('base64'),
      ...(header === undefined ? {} : { header: Buffer.from(header).toString('base64') }),
      shown: textOf(show(back)),
      ...(message === undefined ? {} : { message }),
    })
  }
}

// --- Avro ---------------------------------------------------------------------------------------

async function avro(name, topic, schema, value, show = (back) => back, references = []) {
  await client.register(`${topic}-value`, {
    schemaType: 'AVRO',
    schema: JSON.stringify(schema),
    references,
  })
  await keep(name, topic, AvroSerializer, AvroDeserializer, latest, value, show)
}

const record = (name, fields) => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
})
const logical = (type, logicalType, more = {}) => ({ type, logicalType, ...more })
const iso = (ms) => new Date(ms).toISOString()
/** Digits behind the milliseconds of a moment. */
const isoWith = (value, perMs, digits) =>
  iso(Math.floor(value / perMs)).replace('Z', `${String(value % perMs).padStart(digits, '0')}Z`)
const timeOfDay = (ms) => iso(ms).slice(11, 23)
function decimal(bytes, scale) {
  const unscaled = BigInt.asIntN(
    8 * bytes.length,
    BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
  )
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const at = digits.length - scale
  return new Raw(`${unscaled < 0n ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`)
}

await avro(
  'Avro: primitives',
  'primitives',
  record('P', {
    i: 'int',
    l: 'long',
    f: 'float',
    d: 'double',
    b: 'boolean',
    s: 'string',
    y: 'bytes',
    n: 'null',
  }),
  {
    i: -(2 ** 31),
    l: 2 ** 52 + 1,
    f: 1.5,
    d: 0.1,
    b: true,
    s: 'Grüße 🐟 "quoted" <b>',
    y: Buffer.from([0, 255]),
    n: null,
  },
)
await avro(
  'Avro: logical types',
  'logical',
  record('L', {
    decimalBytes: logical('bytes', 'decimal', { precision: 20, scale: 4 }),
    fixedDecimal: {
      type: 'fixed',
      name: 'E',
      size: 9,
      logicalType: 'decimal',
      precision: 20,
      scale: 2,
    },
    id: logical('string', 'uuid'),
    day: logical('int', 'date'),
    timeMillis: logical('int', 'time-millis'),
    timeMicros: logical('long', 'time-micros'),
    millis: logical('long', 'timestamp-millis'),
    micros: logical('long', 'timestamp-micros'),
    before: logical('long', 'timestamp-millis'),
    localMillis: logical('long', 'local-timestamp-millis'),
    localMicros: logical('long', 'local-timestamp-micros'),
    duration: { type: 'fixed', name: 'T', size: 12, logicalType: 'duration' },
    unknown: logical('long', 'furlongs'),
  }),
  {
    decimalBytes: Buffer.from('fffe1dc0', 'hex'),
    fixedDecimal: Buffer.from('ff0000000000000001', 'hex'),
    id: '12345678-1234-4678-9234-567812345678',
    day: 20_777,
    timeMillis: 86_399_999,
    timeMicros: 1_000_007,
    millis: 1_795_203_923_469,
    micros: 1_795_203_923_469_001,
    before: -1,
    localMillis: 5,
    localMicros: 1_795_203_923_469_001,
    duration: Buffer.from('0100000002000000e8030000', 'hex'),
    unknown: 7,
  },
  (back) => ({
    ...back,
    decimalBytes: decimal(back.decimalBytes, 4),
    fixedDecimal: decimal(back.fixedDecimal, 2),
    day: iso(back.day * 86_400_000).slice(0, 10),
    timeMillis: timeOfDay(back.timeMillis),
    timeMicros: `${timeOfDay(Math.floor(back.timeMicros / 1000))}${String(back.timeMicros % 1000).padStart(3, '0')}`,
    millis: iso(back.millis),
    micros: isoWith(back.micros, 1000, 3),
    before: iso(back.before),
    localMillis: iso(back.localMillis).replace('Z', ''),
    localMicros: isoWith(back.localMicros, 1000, 3).replace('Z', ''),
    duration: { months: 1, days: 2, milliseconds: 1000 },
  }),
)
await avro(
  'Avro: unions, enums, fixed, arrays, maps',
  'shapes',
  record('S', {
    maybe: ['null', 'string'],
    none: ['null', 'long'],
    many: ['null', 'long', 'string', { type: 'array', items: 'int' }],
    suit: { type: 'enum', name: 'Suit', symbols: ['SPADES', 'HEARTS'] },
    four: { type: 'fixed', name: 'Four', size: 4 },
    list: { type: 'array', items: { type: 'map', values: 'double' } },
    nested: record('N', { deep: record('M', { x: 'int' }) }),
  }),
  {
    maybe: 'x',
    none: null,
    many: [1, -2],
    suit: 'HEARTS',
    four: Buffer.from([1, 2, 3, 4]),
    list: [{ a: 1.25, __proto_: 0 }, {}],
    nested: { deep: { x: 7 } },
  },
)
await client.register('money', {
  schemaType: 'AVRO',
  schema: JSON.stringify({
    ...record('Money', { units: 'long', currency: 'string' }),
    namespace: 'shop',
  }),
})
await client.register('line', {
  schemaType: 'AVRO',
  schema: JSON.stringify({
    ...record('Line', { sku: 'string', price: 'shop.Money' }),
    namespace: 'shop',
  }),
  references: [{ name: 'shop.Money', subject: 'money', version: 1 }],
})
await avro(
  'Avro: references to references',
  'references',
  {
    ...record('Order', { lines: { type: 'array', items: 'shop.Line' }, total: 'shop.Money' }),
    namespace: 'shop',
  },
  {
    lines: [{ sku: 'a-7', price: { units: 5, currency: 'EUR' } }],
    total: { units: 5, currency: 'EUR' },
  },
  undefined,
  [
    { name: 'shop.Money', subject: 'money', version: 1 },
    { name: 'shop.Line', subject: 'line', version: 1 },
  ],
)

// --- JSON Schema --------------------------------------------------------------------------------

await client.register('address', {
  schemaType: 'JSON',
  schema: JSON.stringify({
    $id: 'address.json',
    type: 'object',
    properties: { street: { type: 'string' } },
    required: ['street'],
  }),
})
await client.register('people-value', {
  schemaType: 'JSON',
  schema: JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Person',
    type: 'object',
    properties: {
      name: { type: 'string' },
      home: { $ref: 'address.json' },
      n: { type: 'integer' },
    },
    required: ['name'],
  }),
  references: [{ name: 'address.json', subject: 'address', version: 1 }],
})
await keep(
  'JSON Schema with a reference',
  'people',
  JsonSerializer,
  JsonDeserializer,
  { ...latest, validate: true },
  { name: '<script>"\u2028', home: { street: 's' }, n: 2 ** 53 - 1, more: [null, true, 0.1] },
  (back) => back,
)

// --- Protobuf -----------------------------------------------------------------------------------

const compiled = JSON.parse(readFileSync(beside('protobuf.json'), 'utf8'))
const set = fromBinary(wkt.FileDescriptorSetSchema, Buffer.from(compiled.descriptorSet, 'base64'))
const registry = createFileRegistry(set)
const INTEGERS = new Set('i64 u64 s64 f64 sf64 packed unpacked counts wrapped units'.split(' '))

/** Google's JSON, with what its mapping writes as text put back to numbers. */
function numbersBack(value, name = '') {
  if (Array.isArray(value)) return value.map((one) => numbersBack(one, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([inner, one]) => [
        inner,
        numbersBack(one, name === 'counts' ? name : inner),
      ]),
    )
  }
  // A float of 32 bits in the digits that it has.
  if (name === 'fl') return Number(value.toPrecision(7))
  return INTEGERS.has(name) && typeof value === 'string' ? new Raw(value) : value
}

async function protobuf(name, topic, type, value) {
  const descriptor = registry.getMessage(type)
  const message = create(descriptor, value)
  const config = { registry, autoRegisterSchemas: true }
  const show = (back) =>
    numbersBack(
      toJson(descriptor, back, { registry, useProtoFieldName: true, alwaysEmitImplicit: true }),
    )
  await keep(name, topic, ProtobufSerializer, ProtobufDeserializer, config, message, show, type)
}

await protobuf('Protobuf: everything', 'everything', 'golden.Everything', {
  i32: -1,
  i64: -(2n ** 63n),
  u32: 2 ** 32 - 1,
  u64: 2n ** 64n - 1n,
  s32: -(2 ** 31),
  s64: -(2n ** 63n),
  f32: 2 ** 32 - 1,
  f64: 2n ** 64n - 1n,
  sf32: -5,
  sf64: -(2n ** 60n),
  fl: 0.1,
  db: 0.1,
  bo: true,
  st: 'Grüße 🐟',
  by: Uint8Array.of(0, 255),
  colour: -2,
  colours: [1, 0, -2],
  packed: [1n, -1n, 2n ** 62n],
  unpacked: [3n, -3n],
  texts: ['', 'x'],
  counts: { a: 1n, '': -5n },
  byBool: { true: 1 },
  choice: { case: 'number', value: 0 },
  maybe: 0,
  inner: { inner: { inner: { depth: 3 } } },
  inners: [{ depth: 1 }, {}],
  at: { seconds: 1_795_203_923n, nanos: 469_000_001 },
  took: { seconds: -1n, nanos: -500_000_000 },
  wrapped: 0n,
  mask: { paths: ['a.b', 'c'] },
  times: [{ seconds: 0n, nanos: 1_000_000 }],
})
await protobuf('Protobuf: nothing', 'nothing', 'golden.Everything', {})
await protobuf('Protobuf: nested in nested', 'deepest', 'golden.Everything.Inner.Deepest', {
  s: 'x',
})
await protobuf('Protobuf: the first message', 'first', 'golden.First', { x: 9 })
await protobuf('Protobuf: another file', 'money', 'other.Money', {
  currency: 'EUR',
  units: 2n ** 60n,
  nanos: -5,
})

const file = { madeBy: `@confluentinc/schemaregistry ${version}`, cases }
writeFileSync(beside('client.json'), `${JSON.stringify(file, null, 1)}\n`)
console.log(cases.map(({ name }) => name).join('\n'))

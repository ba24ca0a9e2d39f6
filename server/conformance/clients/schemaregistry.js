// @confluentinc/schemaregistry (npm) for the tests: writes values of all three kinds with its
// serializers, reads them back with its deserializers, and prints both.
//
//   node schemaregistry.js FOLDER REGISTRY COUNT
//
// FOLDER is where the package is installed. A line of output is {topic, bytes, value}: base64, and
// what was read back, with 64-bit integers as "#digits".

import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, registry, count] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const {
  AvroDeserializer,
  AvroSerializer,
  JsonDeserializer,
  JsonSerializer,
  ProtobufDeserializer,
  ProtobufSerializer,
  SchemaRegistryClient,
  SerdeType,
} = require('@confluentinc/schemaregistry')
const { create, createFileRegistry, createRegistry, toBinary } = require('@bufbuild/protobuf')
const wkt = require('@bufbuild/protobuf/wkt')

const client = new SchemaRegistryClient({ baseURLs: [registry] })
const latest = { useLatestVersion: true, autoRegisterSchemas: false }

const AVRO = {
  type: 'record',
  name: 'Reading',
  namespace: 'plant',
  fields: [
    { name: 'n', type: 'long' },
    { name: 'total', type: 'double' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['ON', 'OFF'] } },
    { name: 'tags', type: { type: 'map', values: 'int' } },
    { name: 'list', type: { type: 'array', items: 'string' } },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
}
const JSON_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { n: { type: 'integer' }, total: { type: 'number' }, note: { type: 'string' } },
  required: ['n'],
}

/** plant.Probe, behind another message, with one of its own inside. */
function probeFile() {
  const field = (name, number, type, others = {}) => ({ name, number, type, label: 1, ...others })
  const file = create(wkt.FileDescriptorProtoSchema, {
    name: 'probe.proto',
    package: 'plant',
    syntax: 'proto3',
    messageType: [
      { name: 'Other', field: [field('x', 1, 5)] },
      {
        name: 'Probe',
        field: [
          field('n', 1, 4),
          field('total', 2, 1),
          field('parts', 3, 11, { label: 3, typeName: '.plant.Probe.Part' }),
        ],
        nestedType: [{ name: 'Part', field: [field('name', 1, 9)] }],
      },
    ],
  })
  const all = createFileRegistry(file, () => undefined)
  return { file, probe: all.getMessage('plant.Probe') }
}

function shown(value) {
  if (typeof value === 'bigint') return `#${value}`
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => !name.startsWith('$'))
  return Object.fromEntries(entries.map(([name, inner]) => [name, shown(inner)]))
}

const { file, probe } = probeFile()
const compiled = Buffer.from(toBinary(wkt.FileDescriptorProtoSchema, file)).toString('base64')
const kinds = [
  {
    topic: 'js-avro',
    schema: { schemaType: 'AVRO', schema: JSON.stringify(AVRO) },
    serializer: new AvroSerializer(client, SerdeType.VALUE, latest),
    deserializer: new AvroDeserializer(client, SerdeType.VALUE, {}),
    make: (n) => ({
      n: 2 ** 52 + 1 + n,
      total: n + 0.5,
      state: n % 2 ? 'ON' : 'OFF',
      tags: { a: n },
      list: ['x', '', 'ü'],
      note: n % 2 ? null : `note ${n}`,
    }),
  },
  {
    topic: 'js-protobuf',
    schema: { schemaType: 'PROTOBUF', schema: compiled },
    serializer: new ProtobufSerializer(client, SerdeType.VALUE, {
      ...latest,
      registry: createRegistry(probe),
    }),
    deserializer: new ProtobufDeserializer(client, SerdeType.VALUE, {}),
    make: (n) =>
      create(probe, {
        n: 2n ** 64n - 1n - BigInt(n),
        total: n + 0.5,
        parts: [{ name: `p${n}` }, { name: 'q' }],
      }),
  },
  {
    topic: 'js-json',
    schema: { schemaType: 'JSON', schema: JSON.stringify(JSON_SCHEMA) },
    serializer: new JsonSerializer(client, SerdeType.VALUE, { ...latest, validate: true }),
    deserializer: new JsonDeserializer(client, SerdeType.VALUE, { validate: true }),
    make: (n) => ({ n, total: n + 0.5, note: `<i>${n}</i>` }),
  },
]
for (const { topic, schema, serializer, deserializer, make } of kinds) {
  await client.register(`${topic}-value`, schema)
  for (let n = 0; n < Number(count); n++) {
    const bytes = await serializer.serialize(topic, make(n))
    const value = shown(await deserializer.deserialize(topic, bytes))
    console.log(JSON.stringify({ topic, bytes: bytes.toString('base64'), value }))
  }
}
process.exit(0)

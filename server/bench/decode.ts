// How fast payloads with a schema are decoded, by processor time of one thread: to the data that a
// search compares, and to the text that a page shows. And the memory of schemas that are kept.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import avsc from 'avsc'
import protobuf from 'protobufjs'
import { compileAvro } from '../../lib/schemas/avro/compile.ts'
import { writeExactJson } from '../../lib/schemas/exact-json.ts'
import { compileProtobuf } from '../../lib/schemas/protobuf/compile.ts'
import type { CompiledSchema } from '../../lib/schemas/schema.ts'
import { RegistryClient } from '../console/schemas/registry-client.ts'
import { SchemaStore } from '../console/schemas/schema-store.ts'
import { type Figures, note } from './report.ts'

const SUBJECT = 'Riverglass'
const PAYLOADS = 1_000
const DECODED = 200_000
const SCHEMAS = 10_000

const AVRO = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [
    ...[
      ['id', 'long'],
      ['customer', 'string'],
      ['total', 'double'],
      ['count', 'int'],
    ],
    ...[
      ['paid', 'boolean'],
      ['currency', 'string'],
      ['note', ['null', 'string']],
    ],
    ...[
      ['at', { type: 'long', logicalType: 'timestamp-millis' }],
      ['weight', 'float'],
    ],
    ...[['country', { type: 'enum', name: 'Country', symbols: ['DE', 'FR', 'GB'] }]],
  ].map(([name, type]) => ({ name, type })),
})
const PROTOBUF =
  'syntax = "proto3"; message Order { int64 id = 1; string customer = 2; double total = 3;' +
  'int32 count = 4; bool paid = 5; string currency = 6; string note = 7; int64 at = 8;' +
  'float weight = 9; Country country = 10; } enum Country { DE = 0; FR = 1; GB = 2; }'

function orders() {
  return Array.from({ length: PAYLOADS }, (_, n) => ({
    id: 1_000_000 + n,
    customer: `customer ${n % 97}`,
    total: n * 1.25,
    count: n % 7,
    paid: n % 2 === 0,
    currency: 'EUR',
    note: n % 3 === 0 ? null : `leave at door ${n}`,
    at: 1_795_000_000_000 + n,
    weight: n / 8,
    country: ['DE', 'FR', 'GB'][n % 3],
  }))
}

export async function measureDecoding(rounds: number, figures: Figures): Promise<void> {
  const avroType = avsc.Type.forSchema(JSON.parse(AVRO) as avsc.Schema)
  const message = protobuf.parse(PROTOBUF).root.lookupType('Order')
  const payloads = {
    Avro: orders().map((order) => avroType.toBuffer(order)),
    Protobuf: orders().map(({ note: text, ...order }) =>
      message.encode(message.fromObject({ ...order, note: text ?? '' })).finish(),
    ),
  }
  const compiled = {
    Avro: compileAvro({ type: 'AVRO', text: AVRO, references: [] }),
    Protobuf: compileProtobuf({ type: 'PROTOBUF', text: PROTOBUF, references: [] }),
  }
  for (const kind of ['Avro', 'Protobuf'] as const) {
    const toData = perSecond(payloads[kind], compiled[kind], rounds, (data) => data !== undefined)
    const toText = perSecond(payloads[kind], compiled[kind], rounds, (data) =>
      writeExactJson(data).endsWith('}'),
    )
    note(figures, `${kind}, 10 fields, to data, records per processor second`, SUBJECT, toData)
    note(figures, `${kind}, 10 fields, to text, records per processor second`, SUBJECT, toText)
  }
  await measureMemory(figures)
}

/** The middle of the rounds, after one that does not count. */
function perSecond(
  payloads: readonly Uint8Array[],
  schema: CompiledSchema,
  rounds: number,
  use: (data: unknown) => boolean,
): number {
  const rates: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const from = process.cpuUsage()
    for (let at = 0; at < DECODED; at++) {
      const data = schema.decode(payloads[at % PAYLOADS] as Uint8Array)
      if (!use(data)) throw new Error('a payload was not decoded')
    }
    const { user, system } = process.cpuUsage(from)
    if (round > 0) rates.push(DECODED / ((user + system) / 1_000_000))
  }
  return rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? Number.NaN
}

/** Of as many schemas as a busy registry has, each another, fetched by a store with its own bounds. */
async function measureMemory(figures: Figures): Promise<void> {
  const server = createServer((request, response) => {
    const id = /\d+$/.exec(request.url?.split('?')[0] ?? '')?.[0]
    const schema = AVRO.replace('"Order"', `"Order${id}"`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ schema }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const store = new SchemaStore({ client: new RegistryClient({ url }), now: Date.now })
    const before = heapUsed()
    for (let id = 1; id <= SCHEMAS; id++) {
      await store.load({ kind: 'id', id })
      if (!('schema' in (store.find({ kind: 'id', id }) ?? {}))) {
        throw new Error(`schema ${id} is not there`)
      }
    }
    const megabytes = (heapUsed() - before) / 1_000_000
    note(figures, '10,000 schemas used, of which are kept', SUBJECT, store.size)
    note(figures, '10,000 schemas used, heap of those kept, MB', SUBJECT, megabytes)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

// Our bytes are the Java client's bytes. Golden.java says where the samples come from: for each
// API and version one message with every field set and one with every field null, empty or at
// its default; the same for the records that coordinators and the controller keep.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../codec.ts'
import type { Field, FieldType, Message, Struct } from '../definition.ts'
import { apis } from '../messages/index.ts'
import { headerDefinitions, recordDefinitions, versionsOf } from './definitions.ts'

interface Sample {
  message: string
  version: number
  value: Record<string, unknown>
  bytes: string
}

const folder = new URL('.', import.meta.url)

function readSamples(file: string): Sample[] {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Sample[]
}

/** Turns a value as the sample's JSON has it into the value that the codec takes. */
function fieldValue(type: FieldType, json: unknown): unknown {
  if (json === null) return null
  switch (type.kind) {
    case 'int64':
      return BigInt(json as string)
    case 'bytes':
    case 'records':
      return Buffer.from(json as string, 'base64')
    case 'list':
      return (json as unknown[]).map((element) => fieldValue(type.element, element))
    case 'struct':
      return structOf(type.struct, json as Record<string, unknown>)
    default:
      return json
  }
}

function structOf(struct: Struct, json: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const field: Field | undefined = struct.fields[name]
      if (field === undefined) throw new Error(`no field ${name} in our definition`)
      return [name, fieldValue(field.type, value)]
    }),
  )
}

function expectSame(message: Message, sample: Sample): void {
  const value = structOf(message.root, sample.value)
  const label = `version ${sample.version}`
  expect(encode(message, sample.version, value).toString('hex'), label).toBe(sample.bytes)
  const decoded = decode(message, sample.version, Buffer.from(sample.bytes, 'hex'))
  expect(decoded, label).toMatchObject(value)
  expect(encode(message, sample.version, decoded as object).toString('hex'), label).toBe(
    sample.bytes,
  )
}

function samplesOf(samples: Sample[], name: string): Sample[] {
  return samples.filter((sample) => sample.message.toLowerCase() === name.toLowerCase())
}

function expectAll(message: Message, samples: Sample[]): void {
  const versions = versionsOf(message)
  expect([...new Set(samples.map((sample) => sample.version))]).toEqual(versions)
  expect(samples).toHaveLength(2 * versions.length)
  for (const sample of samples) expectSame(message, sample)
}

describe('messages are encoded and decoded as the Java client does it', () => {
  for (const api of Object.values(apis)) {
    const file = readdirSync(folder).find(
      (name) => name.endsWith('.json') && Number.parseInt(name, 10) === api.key,
    )
    it(`${api.name}, every version of request and response`, () => {
      const samples = readSamples(file ?? 'none')
      expectAll(api.request, samplesOf(samples, 'request'))
      expectAll(api.response, samplesOf(samples, 'response'))
    })
  }

  it.each(headerDefinitions)('$name, every version', ({ name, message }) => {
    expectAll(message, samplesOf(readSamples('headers.json'), name))
  })
})

describe('records are encoded and decoded as Apache Kafka does it', () => {
  const samples = readSamples('records.json')
  it.each(recordDefinitions)('$name, every version', ({ name, message }) => {
    expectAll(message, samplesOf(samples, name))
  })
})

// Payloads that other people's serializers wrote for Kafka, and what their own deserializers made
// of them: Confluent's JavaScript client (../schemas/golden/make.js), Kafka Connect's converters
// and Kafka Streams' windows (../schemas/golden/Make.java).

import { readFileSync } from 'node:fs'
import { parse } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { compileSchema } from '../schemas/compile.ts'
import type { SchemaText } from '../schemas/schema.ts'
import { BARE, type DecoderChoice, type SchemaKey, type SchemaSource, tryDecode } from './index.ts'
import { isTree } from './structured.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../schemas/golden/${name}.json`, import.meta.url), 'utf8'))
const bytesOf = (base64: string) => Buffer.from(base64, 'base64')
/** Numbers as values, unless a double would harm them. */
const normal = (json: string) =>
  parse(json, null, (digits) =>
    /^-?\d{16,}$/.test(digits) || /\.\d*0$/.test(digits) ? digits : Number(digits),
  )

interface ClientCase {
  name: string
  schema: SchemaText & { id: number; guid: string }
  bytes: string
  header?: string
  shown: string
  message?: string
}

/** Knows one schema, by its id and its GUID. */
function sourceOf({ schema }: ClientCase): SchemaSource {
  return {
    find: (key: SchemaKey) => {
      const isIt =
        key.kind === 'id' ? key.id === schema.id : key.kind === 'guid' && key.guid === schema.guid
      if (!isIt) return { reason: 'there is no such schema' }
      const message = 'message' in key && Array.isArray(key.message) ? key.message : [0]
      const compiled = compileSchema(schema, { indexes: message })
      const use = { type: schema.type, id: schema.id, name: compiled.name }
      return { schema: compiled, use: { ...use, subject: null, version: null } }
    },
  }
}

describe("payloads of Confluent's JavaScript client", () => {
  for (const one of read('client').cases as ClientCase[]) {
    it(one.name, () => {
      const schemaHeader = one.header === undefined ? null : bytesOf(one.header)
      const context = { ...BARE, schemas: sourceOf(one), schemaHeader }
      const decoded = tryDecode(bytesOf(one.bytes), { textMax: 1_000_000, context })
      expect(decoded).toMatchObject({
        decoder: one.header === undefined ? 'confluent' : 'confluent-header',
        ...(one.message === undefined ? {} : { schema: { name: one.message } }),
      })
      expect(normal((decoded as { text: string }).text)).toEqual(normal(one.shown))
    })
  }
})

interface JavaCase {
  name: string
  choice: DecoderChoice | null
  decoder: string
  bytes: string
  shown: string
}

describe("payloads of Kafka Connect's converters and Kafka Streams", () => {
  for (const { name, choice, decoder, bytes, shown } of read('java').cases as JavaCase[]) {
    it(name, () => {
      const context = { ...BARE, choice }
      const decoded = tryDecode(bytesOf(bytes), { textMax: 1_000_000, context })
      expect(decoded).toMatchObject({ decoder })
      const { text } = decoded as { text: string }
      const value: unknown = JSON.parse(shown)
      // What has no fields is shown as the text itself.
      if (typeof value === 'string' && !isTree(decoder)) expect(text).toBe(value)
      else expect(normal(text)).toEqual(normal(shown))
    })
  }
})

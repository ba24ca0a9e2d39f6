// Schemas and payloads for journeys: what a client that nobody here wrote has serialised, under
// the ids that the product's own registry gives.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Product } from './product.ts'

interface Text {
  type: 'AVRO' | 'PROTOBUF' | 'JSON'
  text: string
}
interface Reference {
  name: string
  subject: string
  version: number
}

/** Registers it as a person does, through the console. Answers its id. */
export async function register(
  { url, cluster }: Product,
  subject: string,
  schema: Text & { references?: Reference[] },
): Promise<number> {
  const path = `/api/clusters/${cluster}/schemas/${encodeURIComponent(subject)}/versions`
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(schema),
  })
  const answer = (await response.json()) as { id?: number }
  if (answer.id === undefined) throw new Error(`${subject}: ${JSON.stringify(answer)}`)
  return answer.id
}

interface Golden {
  name: string
  schema: Text & { id: number; references: { name: string; text: string }[] }
  /** Base64. */
  bytes: string
}

const file = join(import.meta.dirname, '../lib/schemas/golden/client.json')
const golden = JSON.parse(readFileSync(file, 'utf8')) as { cases: Golden[] }

/** What @confluentinc/schemaregistry wrote; its schema is registered under the subject. */
export async function serialised(product: Product, subject: string, name: string): Promise<Buffer> {
  const found = golden.cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no payload "${name}"`)
  const { type, text, references } = found.schema
  const before: Reference[] = []
  for (const one of references) {
    const referred = `${subject}-${one.name}`
    await register(product, referred, { type, text: one.text, references: [...before] })
    before.push({ name: one.name, subject: referred, version: 1 })
  }
  const id = await register(product, subject, { type, text, references: before })
  return framed(id, Buffer.from(found.bytes, 'base64').subarray(5))
}

/** Confluent's frame: a zero, the id, and what the serializer wrote. */
export function framed(id: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32BE(id, 1)
  return Buffer.concat([head, payload])
}

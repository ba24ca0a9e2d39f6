// The form for a record to send: what is typed, and the request that it means or why it means
// none. A record's own bytes go through it unharmed: what is not text is kept as hex.

import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import type { PayloadInput, ProduceBody, SchemaPayload } from '../../lib/contracts/search.ts'
import { parseJsonTree } from '../../lib/format/json-tree.ts'

export const encodings = ['text', 'base64', 'hex', 'schema'] as const
export type Encoding = (typeof encodings)[number]
export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof codecs)[number]

export interface PayloadForm {
  /** Null: no key, a tombstone, or a header without a value. */
  absent: boolean
  encoding: Encoding
  text: string
  /** By which the text is written, where the encoding is 'schema'. */
  schema?: SchemaForm
}

export interface SchemaForm {
  subject: string
  /** Null: the latest. */
  version: number | null
  /** Of a Protobuf file; null for the first. */
  message: string | null
}

export interface ProduceForm {
  topic: string
  key: PayloadForm
  value: PayloadForm
  headers: { name: string; value: PayloadForm }[]
  partition: string
  /** Milliseconds since 1970, or a time as ISO 8601. */
  timestamp: string
  codec: Codec
}

export const emptyPayload: PayloadForm = { absent: false, encoding: 'text', text: '' }

export function emptyForm(topic: string): ProduceForm {
  return {
    topic,
    key: { ...emptyPayload, absent: true },
    value: emptyPayload,
    headers: [],
    partition: '',
    timestamp: '',
    codec: 'none',
  }
}

export type Checked = { body: ProduceBody } | { errors: Record<string, string> }

export function checkForm(form: ProduceForm): Checked {
  const errors: Record<string, string> = {}
  const key = readPayload(form.key)
  if (typeof key === 'string') errors.key = key
  const value = readPayload(form.value)
  if (typeof value === 'string') errors.value = value
  const headers: { key: string; value: PlainPayload | null }[] = []
  form.headers.forEach((header, at) => {
    const read = readPayload(header.value)
    if (typeof read === 'string') errors[`headers.${at}`] = read
    else if (read?.encoding === 'schema') errors[`headers.${at}`] = 'A header has no schema'
    else headers.push({ key: header.name, value: read })
  })
  const partition = form.partition.trim()
  if (!/^\d{0,9}$/.test(partition)) errors.partition = 'A partition is a whole number'
  const timestamp = readTime(form.timestamp)
  if (timestamp === null) errors.timestamp = 'Milliseconds since 1970, or 2026-11-20T19:00:00Z'
  if (form.topic.trim() === '') errors.topic = 'Name the topic'
  if (
    typeof key === 'string' ||
    typeof value === 'string' ||
    timestamp === null ||
    Object.keys(errors).length > 0
  ) {
    return { errors }
  }
  return {
    body: {
      records: [
        {
          ...(partition === '' ? {} : { partition: Number(partition) }),
          ...(timestamp === '' ? {} : { timestamp }),
          key,
          value,
          headers,
        },
      ],
      codec: form.codec,
    },
  }
}

type PlainPayload = NonNullable<PayloadInput>

/** What to send, or what is wrong with it. */
function readPayload(payload: PayloadForm): PlainPayload | SchemaPayload | null | string {
  if (payload.absent) return null
  const bare = payload.text.replaceAll(/\s/g, '')
  switch (payload.encoding) {
    case 'text':
      return { encoding: 'text', data: payload.text }
    case 'schema': {
      const { subject = '', version = null, message = null } = payload.schema ?? {}
      if (subject === '') return 'Choose the subject of its schema'
      return {
        encoding: 'schema',
        data: payload.text,
        subject,
        ...(version === null ? {} : { version }),
        ...(message === null ? {} : { message }),
      }
    }
    case 'hex':
      return /^([0-9a-fA-F]{2})*$/.test(bare)
        ? { encoding: 'hex', data: bare }
        : 'Hex is pairs of digits, 0 to 9 and a to f'
    case 'base64':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(bare) && bare.length % 4 === 0
        ? { encoding: 'base64', data: bare }
        : 'This is not base64'
  }
}

function readTime(text: string): string | null {
  const trimmed = text.trim()
  if (/^\d{0,15}$/.test(trimmed)) return trimmed
  if (!/^\d{4}-\d{2}-\d{2}(T|$)/.test(trimmed)) return null
  const time = Date.parse(trimmed)
  return Number.isNaN(time) ? null : String(time)
}

/** What stands in the way of this being JSON; null when it is, or does not look like it. */
export function jsonProblem(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null
  try {
    parseJsonTree(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Decoders whose text is the bytes themselves. */
const textual = new Set(['json', 'text'])

/**
 * The form for sending a record again, edited. Null when part of it is not at hand: it arrived
 * cut, or was decoded to something whose bytes its text does not give back.
 */
export function formOfRecord(topic: string, record: KafkaRecord): ProduceForm | null {
  const key = payloadForm(record.key, `${topic}-key`)
  const value = payloadForm(record.value, `${topic}-value`)
  const headers = record.headers.map((header) => ({
    name: header.key,
    value: payloadForm(header.value),
  }))
  if (key === null || value === null) return null
  const whole: ProduceForm['headers'] = []
  for (const header of headers) {
    if (header.value === null) return null
    whole.push({ name: header.name, value: header.value })
  }
  return { ...emptyForm(topic), key, value, headers: whole, codec: codecOf(record) }
}

function codecOf(record: KafkaRecord): Codec {
  return codecs.find((codec) => codec === record.batch.codec) ?? 'none'
}

/** `subject`: by which what a schema decoded is written again, where that does not say its own. */
function payloadForm(payload: Payload | null, subject?: string): PayloadForm | null {
  if (payload === null) return { ...emptyPayload, absent: true }
  if (payload.size === 0) return emptyPayload
  if (payload.truncated) return null
  if (textual.has(payload.decoder)) return { ...emptyPayload, text: payload.text }
  if (payload.decoder === 'confluent' && subject !== undefined && payload.schema !== undefined) {
    return bySchema(payload.text, payload.schema, subject)
  }
  if (payload.decoder === 'hex') return { ...emptyPayload, encoding: 'hex', text: payload.text }
  const hex = numberAsHex(payload)
  return hex === null ? null : { ...emptyPayload, encoding: 'hex', text: hex }
}

function bySchema(
  text: string,
  { type, name, ...use }: NonNullable<Payload['schema']>,
  subject: string,
): PayloadForm {
  const schema = {
    subject: use.subject ?? subject,
    version: use.version,
    message: type === 'PROTOBUF' ? name : null,
  }
  return { absent: false, encoding: 'schema', text, schema }
}

/** The bytes of a number that was decoded from exactly these bytes. */
function numberAsHex({ decoder, text }: Payload): string | null {
  const view = new DataView(new ArrayBuffer(decoder === 'int32' ? 4 : 8))
  if (decoder === 'int32') view.setInt32(0, Number(text))
  else if (decoder === 'int64') view.setBigInt64(0, BigInt(text))
  else if (decoder === 'float64') view.setFloat64(0, Number(text))
  else return null
  return toHex(new Uint8Array(view.buffer))
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// What a schema is to everybody here: its text with the texts it refers to, and, once compiled,
// how to read bytes with it and what it says about their fields. Avro, Protobuf and JSON Schema
// each have a folder; none of them evaluates or generates code from what a schema says.
//
// What is decoded is plain data that loses nothing: null, booleans, text, arrays, objects, and
// numbers as number, bigint or, where neither holds every digit, a LosslessNumber.

import type { DataShape } from './shape.ts'

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON'

export interface SchemaText {
  type: SchemaType
  text: string
  /** All that it needs, directly or not, each after those that it needs itself. */
  references: readonly ReferencedText[]
}

export interface ReferencedText {
  /** As the referring text names it: a full Avro name, a .proto path, a JSON Schema address. */
  name: string
  text: string
}

/** The text is not a schema, or not one that can be used; says where and why. */
export class SchemaError extends Error {
  override name = 'SchemaError'
}

/** These bytes are not what the schema says; says where and why. */
export class PayloadError extends Error {
  override name = 'PayloadError'
}

/** A field as documentation shows it, in the order of the schema. */
export interface SchemaField {
  /** Steps as a query writes them: `customer.address.street`, `items[].sku`. */
  path: string
  /** Of this field alone. */
  name: string
  /** 0 for the fields at the top. */
  depth: number
  /** For people: `string`, `array of Item`, `decimal(10, 2)`, `one of: RED, GREEN`. */
  type: string
  /** Whether it may be null or left out. */
  optional: boolean
  /** As JSON; null for none. */
  default: string | null
  doc: string | null
  /** Its type stands around it, so its own fields are not told again. */
  recursive: boolean
}

export interface CompiledSchema {
  type: SchemaType
  /** Full name of the record, message, or the schema's title; null when it has none. */
  name: string | null
  doc: string | null
  fields: readonly SchemaField[]
  /** The data in the bytes. Throws PayloadError. */
  decode(bytes: Uint8Array): unknown
  /** The data as columns. */
  shape(): DataShape
}

/** Deepest nesting in a schema, and in data, that is followed. */
export const DEPTH_MAX = 200
/** Most fields that are listed of one schema. */
export const FIELDS_MAX = 5_000

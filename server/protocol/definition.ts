// The language in which the messages of the Kafka protocol are defined.
//
// A definition is plain data: fields in wire order, each with the versions that carry it, its
// default and whether it may be null. Types are inferred from it (DataOf for what decoding
// gives, InputOf for what encoding takes), and codec.ts compiles it into closures per version.
// The vocabulary is that of Kafka's own message definitions (KIP-482 for flexible versions).

/** '0-4', '3+', '7' or 'none'. */
export type Versions = string

export interface VersionRange {
  first: number
  /** Infinity for 'N+'. */
  last: number
}

/** Reads '0-4', '3+', '7' or 'none' (an empty range). */
export function parseVersions(text: Versions): VersionRange {
  if (text === 'none') return { first: 0, last: -1 }
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (match === null) throw new Error(`not a version range: ${text}`)
  const first = Number(match[1])
  if (match[2] === '+') return { first, last: Number.POSITIVE_INFINITY }
  return { first, last: match[3] === undefined ? first : Number(match[3]) }
}

export function includesVersion(range: VersionRange, version: number): boolean {
  return version >= range.first && version <= range.last
}

export interface FieldOptions<D = unknown> {
  /** Versions that carry the field; all when left out. */
  versions?: Versions
  /** Versions in which it may be null. */
  nullable?: Versions
  /** Number of the tagged field, in `versions` (or `tagged`, when that differs). */
  tag?: number
  tagged?: Versions
  /** Overrides the message's flexible versions for this field; 'none' keeps old string lengths. */
  flexible?: Versions
  default?: D
  /** A value that the version cannot carry is dropped instead of refused. */
  ignorable?: boolean
}

export type PrimitiveKind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

export type FieldType =
  | { kind: PrimitiveKind }
  | { kind: 'struct'; struct: Struct }
  | { kind: 'list'; element: FieldType }

/** `D`: what decoding gives. `I`: what encoding takes. Both exist in the type system only. */
export interface Field<D = unknown, I = D> {
  type: FieldType
  options: FieldOptions
  readonly data?: D
  readonly input?: I
}

export type Fields = Record<string, Field>

export interface Struct<D = unknown, I = unknown> {
  fields: Fields
  versions: Versions | undefined
  readonly data?: D
  readonly input?: I
}

type DataOfField<F> = F extends Field<infer D, infer _> ? D : never
type InputOfField<F> = F extends Field<infer _, infer I> ? I : never
type DataOfFields<F extends Fields> = { [K in keyof F]: DataOfField<F[K]> }
type InputOfFields<F extends Fields> = { [K in keyof F]?: InputOfField<F[K]> | undefined }

type Nullable<O, T> = O extends { nullable: string } ? T | null : T

function primitive<T, I = T>(kind: PrimitiveKind) {
  return <const O extends FieldOptions<T | null> = Record<never, never>>(
    options?: O,
  ): Field<Nullable<O, T>, Nullable<O, I>> => ({ type: { kind }, options: options ?? {} })
}

export const boolean = primitive<boolean>('boolean')
export const int8 = primitive<number>('int8')
export const int16 = primitive<number>('int16')
export const uint16 = primitive<number>('uint16')
export const int32 = primitive<number>('int32')
export const uint32 = primitive<number>('uint32')
export const int64 = primitive<bigint>('int64')
export const float64 = primitive<number>('float64')
/** 22 characters of base64url; ZERO_UUID when absent. */
export const uuid = primitive<string>('uuid')
export const string = primitive<string>('string')
/** Decoded as a view of the frame. */
export const bytes = primitive<Buffer, Uint8Array>('bytes')
/** Record batches: decoded as a view of the frame, encoded by reference from one or several buffers. */
export const records = primitive<Buffer, Uint8Array | readonly Uint8Array[]>('records')

export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** A named group of fields, for `listOf` and `nested`. */
export function struct<const F extends Fields>(
  fields: F,
  options: { versions?: Versions } = {},
): Struct<DataOfFields<F>, InputOfFields<F>> {
  return { fields, versions: options.versions }
}

/** A list of structs or of primitives. */
export function listOf<D, I, const O extends FieldOptions = Record<never, never>>(
  element: Struct<D, I>,
  options?: O,
): Field<Nullable<O, D[]>, Nullable<O, readonly I[]>>
export function listOf<D, I, const O extends FieldOptions = Record<never, never>>(
  element: Field<D, I>,
  options?: O,
): Field<Nullable<O, D[]>, Nullable<O, readonly I[]>>
export function listOf(element: Struct | Field, options: FieldOptions = {}): Field {
  const type: FieldType =
    'fields' in element ? { kind: 'struct', struct: element } : (element as Field).type
  return { type: { kind: 'list', element: type }, options } as Field
}

/** One struct as a field. */
export function nested<D, I, const O extends FieldOptions = Record<never, never>>(
  element: Struct<D, I>,
  options?: O,
): Field<Nullable<O, D>, Nullable<O, I>> {
  return { type: { kind: 'struct', struct: element as Struct }, options: options ?? {} } as Field<
    Nullable<O, D>,
    Nullable<O, I>
  >
}

export type MessageKind = 'request' | 'response' | 'data' | 'header'

/** A whole message: a request, a response, a header, or a record's key or value. */
export interface Message<D = unknown, I = unknown> {
  kind: MessageKind
  /** API key of a request or response, record type of a coordinator or metadata record; -1 for none. */
  apiKey: number
  versions: VersionRange
  flexible: VersionRange
  root: Struct<D, I>
}

export type DataOf<M> = M extends { root: Struct<infer D, infer _> } ? D : DataOfStruct<M>
type DataOfStruct<M> = M extends Struct<infer D, infer _> ? D : never
export type InputOf<M> = M extends { root: Struct<infer _, infer I> } ? I : InputOfStruct<M>
type InputOfStruct<M> = M extends Struct<infer _, infer I> ? I : never

export interface MessageOptions {
  /** Versions with compact lengths and tagged fields; none when left out. */
  flexible?: Versions
}

function message(kind: MessageKind) {
  return <const F extends Fields>(
    apiKey: number,
    versions: Versions,
    options: MessageOptions,
    fields: F,
  ): Message<DataOfFields<F>, InputOfFields<F>> => ({
    kind,
    apiKey,
    versions: parseVersions(versions),
    flexible: parseVersions(options.flexible ?? 'none'),
    root: struct(fields),
  })
}

export const request = message('request')
export const response = message('response')
/** A message that travels outside requests: keys and values of records, protocol metadata. */
export const data = message('data')
export const header = message('header')

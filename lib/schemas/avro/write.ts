// Writes data in Avro's binary form (Apache Avro 1.12, "Binary Encoding"): the opposite of
// decode.ts, and it takes what that shows. Numbers keep every digit, bytes are base64, decimals
// are numbers, moments are texts (or the number that stands for them). The branch of a union may
// be named, as Avro's own JSON does ({"string": "a"}), or is the first that the value fits.

import { writeExactJson } from '../exact-json.ts'
import { clockFrom, daysFrom, nanosFrom } from '../moment.ts'
import { DEPTH_MAX } from '../schema.ts'
import {
  ByteSink,
  bytesFrom,
  decimalFrom,
  digitsOf,
  doubleFrom,
  inside,
  integerFrom,
  isExactly,
  isObject,
  type PathStep,
  shortly,
  signedBytes,
  WriteError,
} from '../written.ts'
import { needsWrapping } from './decode.ts'
import { shownDefault } from './default.ts'
import {
  type AvroNode,
  branchName,
  type EnumNode,
  type FixedNode,
  type PrimitiveNode,
  type RecordNode,
} from './node.ts'

type Write = (sink: ByteSink, data: unknown, depth: number) => void

export interface AvroWriteOptions {
  /**
   * Refuse what the schema cannot hold to the last digit, where a reader of JSON would round. Off
   * unless told otherwise.
   */
  exact?: boolean
  /**
   * Told of a field that the schema does not have, which is then left out. Without it such a
   * field is an error.
   */
  onUnknown?: (path: PathStep[]) => void
  /** What the data call a field, where that is not its name. */
  nameInData?: (record: RecordNode, field: string) => string
  /** Texts that take any data: as JSON, or of numbers and names as they stand. */
  texts?: ReadonlyMap<AvroNode, 'json' | 'plain'>
}

/** Appends a datum to the sink. Throws WriteError; what was written until then stays there. */
export type AvroWriter = (sink: ByteSink, data: unknown) => void

export function avroWriter(schema: AvroNode, options: AvroWriteOptions = {}): AvroWriter {
  const write = new Compiler(options).compile(schema)
  return (sink, data) => write(sink, data, 0)
}

/** The datum as bytes. Throws WriteError. */
export function avroEncoder(schema: AvroNode): (data: unknown) => Uint8Array<ArrayBuffer> {
  const write = avroWriter(schema)
  return (data) => {
    const sink = new ByteSink()
    write(sink, data)
    return sink.take()
  }
}

class Compiler {
  private readonly options: AvroWriteOptions
  /** Of records, which alone can be recursive. */
  private readonly records = new Map<RecordNode, { write: Write }>()

  constructor(options: AvroWriteOptions) {
    this.options = options
  }

  compile(node: AvroNode): Write {
    switch (node.kind) {
      case 'primitive': {
        const kind = this.options.texts?.get(node)
        if (kind !== undefined) return (sink, data) => writeText(sink, anyText(data, kind))
        return primitiveWriter(node, this.options.exact === true)
      }
      case 'fixed':
        return fixedWriter(node)
      case 'enum':
        return enumWriter(node)
      case 'array':
        return this.arrayWriter(this.compile(node.items))
      case 'map':
        return this.mapWriter(this.compile(node.values))
      case 'union':
        return this.unionWriter(node.branches)
      case 'record':
        return this.recordWriter(node)
    }
  }

  private recordWriter(node: RecordNode): Write {
    const known = this.records.get(node)
    // Looked up when it is written, since it may not be there yet.
    if (known !== undefined) return (sink, data, depth) => known.write(sink, data, depth)
    const slot: { write: Write } = { write: () => {} }
    this.records.set(node, slot)
    const { onUnknown, nameInData = (_record: RecordNode, field: string) => field } = this.options
    const fields = node.fields.map((field) => ({
      name: nameInData(node, field.name),
      write: this.compile(field.type),
      hasDefault: field.default !== undefined,
      type: field.type,
      default: field.default,
    }))
    const names = new Set(fields.map(({ name }) => name))
    slot.write = (sink, data, depth) => {
      if (depth > DEPTH_MAX) throw new WriteError(`it is nested deeper than ${DEPTH_MAX} levels`)
      if (!isObject(data)) throw new WriteError(`${shortly(data)} is no record ${node.name}`)
      for (const field of fields) {
        const { name } = field
        try {
          if (Object.hasOwn(data, name)) field.write(sink, data[name], depth + 1)
          else if (field.hasDefault) {
            field.write(sink, shownDefault(field.type, field.default), depth + 1)
          } else throw new WriteError('it is missing, and has no default')
        } catch (error) {
          throw inside(name, error)
        }
      }
      for (const name in data) {
        if (names.has(name)) continue
        if (onUnknown === undefined) {
          throw new WriteError(`the record ${node.name} has no such field`, [name])
        }
        onUnknown([name])
      }
    }
    return slot.write
  }

  private arrayWriter(write: Write): Write {
    return (sink, data, depth) => {
      if (depth > DEPTH_MAX) throw new WriteError(`it is nested deeper than ${DEPTH_MAX} levels`)
      if (!Array.isArray(data)) throw new WriteError(`${shortly(data)} is no list`)
      if (data.length > 0) sink.zigzag(data.length)
      for (let at = 0; at < data.length; at++) {
        try {
          write(sink, data[at], depth + 1)
        } catch (error) {
          throw inside(at, error)
        }
      }
      sink.byte(0)
    }
  }

  private mapWriter(write: Write): Write {
    return (sink, data, depth) => {
      if (depth > DEPTH_MAX) throw new WriteError(`it is nested deeper than ${DEPTH_MAX} levels`)
      if (!isObject(data)) throw new WriteError(`${shortly(data)} is no map`)
      const names = Object.keys(data)
      if (names.length > 0) sink.zigzag(names.length)
      for (const name of names) {
        try {
          writeText(sink, name)
          write(sink, data[name], depth + 1)
        } catch (error) {
          throw inside(name, error)
        }
      }
      sink.byte(0)
    }
  }

  private unionWriter(nodes: readonly AvroNode[]): Write {
    const branches = nodes.map((node, index) => ({
      index,
      name: branchName(node),
      last: branchName(node).replace(/^.*\./, ''),
      mayBe:
        this.options.texts?.has(node) === true
          ? (data: unknown) => data !== null
          : (data: unknown) => mayBe(node, data),
      write: this.compile(node),
    }))
    const named = (name: string) =>
      branches.find((branch) => branch.name === name) ??
      branches.find((branch) => branch.last === name)
    const wraps = needsWrapping(nodes)
    const described = branches.map(({ name }) => name).join(', ')
    return (sink, data, depth) => {
      const begin = sink.at
      let first: WriteError | undefined
      const attempt = (branch: (typeof branches)[number], value: unknown): boolean => {
        try {
          sink.zigzag(branch.index)
          branch.write(sink, value, depth)
          return true
        } catch (error) {
          if (!(error instanceof WriteError)) throw error
          sink.at = begin
          first ??= error
          return false
        }
      }
      const wrapped = wrappedIn(data, named)
      if (wraps && wrapped !== undefined && attempt(wrapped.branch, wrapped.value)) return
      let likely = 0
      for (const branch of branches) {
        if (!branch.mayBe(data)) continue
        likely++
        if (attempt(branch, data)) return
      }
      if (!wraps && wrapped !== undefined && attempt(wrapped.branch, wrapped.value)) return
      // With one branch in question its own reason says more than "none of them".
      if (first !== undefined && likely === 1) throw first
      throw new WriteError(`${shortly(data)} is none of ${described}`, first?.path ?? [])
    }
  }
}

function wrappedIn<Branch>(data: unknown, named: (name: string) => Branch | undefined) {
  if (!isObject(data)) return undefined
  const [name, second] = Object.keys(data)
  if (name === undefined || second !== undefined) return undefined
  const branch = named(name)
  return branch === undefined ? undefined : { branch, value: data[name] }
}

/** At a glance; whether it is one shows when it is written. */
function mayBe(node: AvroNode, data: unknown): boolean {
  switch (node.kind) {
    case 'primitive':
      if (node.primitive === 'null') return data === null
      if (data === null) return false
      if (node.primitive === 'boolean') return typeof data === 'boolean'
      if (node.primitive === 'string' || (node.primitive === 'bytes' && node.logical === null)) {
        return typeof data === 'string'
      }
      return typeof data === 'string' || digitsOf(data) !== undefined
    case 'fixed':
      if (node.logical?.kind === 'duration') return isObject(data)
      return typeof data === 'string' || digitsOf(data) !== undefined
    case 'enum':
      return typeof data === 'string'
    case 'array':
      return Array.isArray(data)
    default:
      return isObject(data)
  }
}

function enumWriter({ name, symbols }: EnumNode): Write {
  const indexes = new Map(symbols.map((symbol, index) => [symbol, index]))
  return (sink, data) => {
    const index = typeof data === 'string' ? indexes.get(data) : undefined
    if (index === undefined) {
      const some = symbols.slice(0, 10).join(', ') + (symbols.length > 10 ? ', …' : '')
      throw new WriteError(`${shortly(data)} is no symbol of ${name}, which has ${some}`)
    }
    sink.zigzag(index)
  }
}

function primitiveWriter(node: PrimitiveNode, exact: boolean): Write {
  const { primitive, logical } = node
  switch (primitive) {
    case 'null':
      return (_sink, data) => {
        if (data !== null) throw new WriteError(`${shortly(data)} is not null`)
      }
    case 'boolean':
      return (sink, data) => {
        if (typeof data !== 'boolean') throw new WriteError(`${shortly(data)} is no boolean`)
        sink.byte(data ? 1 : 0)
      }
    case 'int':
    case 'long':
      return wholeWriter(node)
    case 'float':
      return (sink, data) => {
        const value = doubleOf(data, 'float')
        if (exact && Math.fround(value) !== value && !isShortestFloat(value)) {
          throw new WriteError(`${shortly(data)} has more digits than a float holds`)
        }
        sink.float(value)
      }
    case 'double':
      return (sink, data) => {
        const value = doubleOf(data, 'double')
        if (exact && !isExactly(value, data)) {
          throw new WriteError(`${shortly(data)} has more digits than a double holds`)
        }
        sink.double(value)
      }
    case 'bytes':
      return bytesWriter(node)
    case 'string':
      return (sink, data) => {
        if (typeof data !== 'string') {
          throw new WriteError(`${shortly(data)} is no ${logical?.kind ?? 'text'}`)
        }
        writeText(sink, data)
      }
  }
}

/** The digits that a float is shown with. */
function isShortestFloat(value: number): boolean {
  return Number(Math.fround(value).toPrecision(9)) === value || !Number.isFinite(value)
    ? true
    : [6, 7, 8].some((digits) => Number(Math.fround(value).toPrecision(digits)) === value)
}

function doubleOf(data: unknown, what: string): number {
  const value = doubleFrom(data)
  if (value === undefined) throw new WriteError(`${shortly(data)} is no ${what}`)
  return value
}

const INT = { min: -(2n ** 31n), max: 2n ** 31n - 1n, bits: 32 }
const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n, bits: 64 }

function wholeWriter({ primitive, logical }: PrimitiveNode): Write {
  const range = primitive === 'int' ? INT : LONG
  return (sink, data) => {
    const value = typeof data === 'string' ? amountOf(data, logical) : integerFrom(data)
    if (value === undefined) {
      throw new WriteError(
        `${shortly(data)} is no ${logical === null ? primitive : titleOf(logical)}`,
      )
    }
    if (value < range.min || value > range.max) {
      throw new WriteError(`${shortly(data)} does not fit into ${range.bits} bits`)
    }
    sink.zigzag(value)
  }
}

function titleOf(logical: NonNullable<PrimitiveNode['logical']>): string {
  switch (logical.kind) {
    case 'date':
      return 'date, such as "2026-11-20"'
    case 'time':
      return 'time, such as "10:00:00.000"'
    case 'timestamp':
      return `timestamp, such as "2026-11-20T10:00:00${logical.local ? '' : 'Z'}"`
    default:
      return logical.kind
  }
}

/** A text of a date, time or moment as the number that Avro writes for it. */
function amountOf(text: string, logical: PrimitiveNode['logical']): number | bigint | undefined {
  if (logical?.kind === 'date') return daysFrom(text)
  if (logical?.kind !== 'time' && logical?.kind !== 'timestamp') return undefined
  const nanos = logical.kind === 'time' ? clockFrom(text) : nanosFrom(text, logical.local)
  if (nanos === undefined) return undefined
  const unit = 1_000_000_000n / BigInt(logical.perSecond)
  if (nanos % unit !== 0n) throw new WriteError(`${shortly(text)} is finer than its unit`)
  return nanos / unit
}

function anyText(data: unknown, kind: 'json' | 'plain'): string {
  if (kind === 'json') return writeExactJson(data)
  return typeof data === 'string' ? data : (digitsOf(data) ?? writeExactJson(data))
}

function writeText(sink: ByteSink, text: string): void {
  // The length stands first, and short texts, which most are, have one byte of it.
  const begin = sink.at
  sink.byte(0)
  sink.text(text)
  const size = sink.at - begin - 1
  if (size < 64) {
    const end = sink.at
    sink.at = begin
    sink.byte(size * 2)
    sink.at = end
    return
  }
  sink.at = begin
  sink.zigzag(size)
  sink.text(text)
}

function writeBytes(sink: ByteSink, bytes: Uint8Array): void {
  sink.zigzag(bytes.length)
  sink.put(bytes)
}

function bytesWriter({ logical }: PrimitiveNode): Write {
  if (logical?.kind === 'decimal') {
    return (sink, data) => writeBytes(sink, signedBytes(unscaledOf(data, logical)))
  }
  if (logical?.kind === 'big-decimal') {
    return (sink, data) => {
      const decimal = decimalFrom(digitsOf(data) ?? String(data))
      if (decimal === undefined) throw new WriteError(`${shortly(data)} is no decimal`)
      // As many digits behind the point as are written, zeros too.
      const { unscaled, scale } = withZeros(decimal, digitsOf(data) ?? String(data))
      const inner = new ByteSink()
      writeBytes(inner, signedBytes(unscaled))
      inner.zigzag(scale)
      writeBytes(sink, inner.take())
    }
  }
  return (sink, data) => {
    const bytes = bytesFrom(data)
    if (bytes === undefined) throw new WriteError(`${shortly(data)} is no base64`)
    writeBytes(sink, bytes)
  }
}

function withZeros(decimal: { unscaled: bigint; scale: number }, digits: string) {
  const written = /\.(\d+)$/.exec(digits)?.[1]?.length ?? decimal.scale
  const more = Math.max(0, written - decimal.scale)
  return { unscaled: decimal.unscaled * 10n ** BigInt(more), scale: decimal.scale + more }
}

function unscaledOf(
  data: unknown,
  { precision, scale }: { precision: number; scale: number },
): bigint {
  const decimal = decimalFrom(digitsOf(data) ?? (typeof data === 'string' ? data : ''))
  if (decimal === undefined) throw new WriteError(`${shortly(data)} is no decimal number`)
  if (decimal.scale > scale) {
    throw new WriteError(`${shortly(data)} has more than ${scale} digits behind the point`)
  }
  const unscaled = decimal.unscaled * 10n ** BigInt(scale - decimal.scale)
  if (unscaled.toString().replace('-', '').length > precision) {
    throw new WriteError(`${shortly(data)} has more than ${precision} digits`)
  }
  return unscaled
}

const UUID = /^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$/

function fixedWriter({ name, size, logical }: FixedNode): Write {
  switch (logical?.kind) {
    case 'decimal':
      return (sink, data) => {
        sink.put(signedBytes(unscaledOf(data, logical), size))
      }
    case 'uuid':
      return (sink, data) => {
        if (typeof data !== 'string' || !UUID.test(data)) {
          throw new WriteError(`${shortly(data)} is no UUID`)
        }
        const digits = data.replaceAll('-', '')
        for (let at = 0; at < 32; at += 2) sink.byte(Number.parseInt(digits.slice(at, at + 2), 16))
      }
    case 'duration':
      return (sink, data) => {
        for (const part of ['months', 'days', 'milliseconds'] as const) {
          const value = isObject(data) ? integerFrom(data[part]) : undefined
          if (value === undefined || value < 0 || value > 0xffff_ffff) {
            throw new WriteError('a duration has months, days and milliseconds', [part])
          }
          sink.fixed32(Number(value))
        }
      }
    default:
      return (sink, data) => {
        const bytes = bytesFrom(data)
        if (bytes === undefined) throw new WriteError(`${shortly(data)} is no base64`)
        if (bytes.length !== size) {
          throw new WriteError(`${name} has ${size} bytes, and this is ${bytes.length}`)
        }
        sink.put(bytes)
      }
  }
}

// Writes a message in Protobuf's wire format, by its type: the opposite of decode.ts, and it takes
// what that shows. Names are those of the .proto text or of Protobuf's JSON (camelCase); null is
// what is left out. Fields stand in the order of their numbers, and what has no presence is left
// out where it is zero, as other writers do it.

import type { Enum, Field, MapField, Type } from 'protobufjs'
import { DEPTH_MAX } from '../schema.ts'
import {
  ByteSink,
  bytesFrom,
  doubleFrom,
  inside,
  integerFrom,
  isObject,
  shortly,
  WriteError,
} from '../written.ts'
import { fullNameOf, shownName } from './file.ts'
import { fromShown } from './from-shown.ts'
import { WireType } from './wire.ts'

/** The message as bytes. Throws WriteError. */
export function protobufEncoder(type: Type): (data: unknown) => Uint8Array<ArrayBuffer> {
  const message = new Compiler().messageOf(type)
  return (data) => {
    const sink = new ByteSink()
    message.write(sink, data, 0)
    return sink.take()
  }
}

type WriteField = (sink: ByteSink, value: unknown, depth: number) => void

interface FieldWriter {
  name: string
  id: number
  required: boolean
  /** The other fields of its oneof, of which only one may be there. */
  oneof: string | undefined
  /** Null means something else than "left out". */
  takesNull: boolean
  write: WriteField
}

class Message {
  readonly fields: FieldWriter[] = []
  readonly byName = new Map<string, FieldWriter>()
  private readonly name: string
  private readonly readAny: (name: string) => Type | undefined

  constructor(name: string, readAny: (name: string) => Type | undefined) {
    this.name = name
    this.readAny = readAny
  }

  write(sink: ByteSink, shown: unknown, depth: number): void {
    if (depth > DEPTH_MAX) throw new WriteError(`it is nested deeper than ${DEPTH_MAX} levels`)
    const data = fromShown(this.name, shown, (name, inner) => {
      const type = this.readAny(name)
      return type === undefined ? undefined : protobufEncoder(type)(inner)
    })
    if (!isObject(data)) throw new WriteError(`${shortly(data)} is no message ${this.name}`)
    const given = new Map<FieldWriter, unknown>()
    const oneofs = new Map<string, string>()
    for (const [name, value] of Object.entries(data)) {
      const field = this.byName.get(name)
      if (field === undefined) {
        throw new WriteError(`the message ${this.name} has no such field`, [name])
      }
      if (value === null && !field.takesNull) continue
      if (given.has(field)) throw new WriteError('it is there twice, by both of its names', [name])
      if (field.oneof !== undefined) {
        const rival = oneofs.get(field.oneof)
        if (rival !== undefined) {
          throw new WriteError(`"${field.oneof}" is ${rival} already; one of them at most`, [name])
        }
        oneofs.set(field.oneof, name)
      }
      given.set(field, value)
    }
    for (const field of this.fields) {
      const value = given.get(field)
      if (value === undefined) {
        if (field.required) throw new WriteError('it is missing, and required', [field.name])
        continue
      }
      try {
        field.write(sink, value, depth)
      } catch (error) {
        throw inside(field.name, error)
      }
    }
  }
}

class Compiler {
  private readonly messages = new Map<Type, Message>()

  messageOf(type: Type): Message {
    const known = this.messages.get(type)
    if (known !== undefined) return known
    const message = new Message(fullNameOf(type), (name) => {
      try {
        return type.root.lookupType(name)
      } catch {
        return undefined
      }
    })
    this.messages.set(type, message)
    for (const field of [...type.fieldsArray].sort((a, b) => a.id - b.id)) {
      const writer = this.writerOf(field.resolve())
      message.fields.push(writer)
      const camel = camelCase(writer.name)
      message.byName.set(camel, message.byName.get(camel) ?? writer)
      message.byName.set(writer.name, writer)
    }
    return message
  }

  private writerOf(field: Field): FieldWriter {
    const { id, required, partOf, resolvedType } = field
    const isOneof = partOf != null && !partOf.isProto3Optional
    return {
      name: shownName(field),
      id,
      required,
      oneof: isOneof ? partOf.name : undefined,
      takesNull:
        !field.repeated && resolvedType !== null && TAKING_NULL.has(fullNameOf(resolvedType)),
      write: this.fieldWriter(field),
    }
  }

  private fieldWriter(field: Field): WriteField {
    if (field.map) return this.mapWriter(field as unknown as MapField)
    const { wireType, write, isZero } = this.oneWriter(field)
    const { id } = field
    const tagged: WriteField = (sink, value, depth) => {
      sink.varint(((id << 3) | wireType) >>> 0)
      write(sink, value, depth)
    }
    if (!field.repeated) {
      if (field.hasPresence || isZero === undefined) return tagged
      return (sink, value, depth) => {
        const begin = sink.at
        tagged(sink, value, depth)
        if (isZero(value)) sink.at = begin
      }
    }
    const isPacked = field.packed && isZero !== undefined && wireType !== WireType.LEN
    return (sink, value, depth) => {
      if (!Array.isArray(value)) throw new WriteError(`${shortly(value)} is no list`)
      if (value.length === 0) return
      const each = (into: ByteSink, one: WriteField) => {
        value.forEach((item: unknown, at) => {
          try {
            one(into, item, depth)
          } catch (error) {
            throw inside(at, error)
          }
        })
      }
      if (!isPacked) each(sink, tagged)
      else {
        const inner = new ByteSink()
        each(inner, write)
        writeChunk(sink, id, inner.written)
      }
    }
  }

  private mapWriter(field: MapField): WriteField {
    const { id } = field
    const key = scalarOf(field.keyType, null)
    const value = this.oneWriter(field as unknown as Field)
    return (sink, data, depth) => {
      if (!isObject(data)) throw new WriteError(`${shortly(data)} is no map`)
      for (const [name, item] of Object.entries(data)) {
        const entry = new ByteSink()
        try {
          entry.varint((1 << 3) | key.wireType)
          key.write(entry, keyOf(field.keyType, name), depth)
          entry.varint((2 << 3) | value.wireType)
          value.write(entry, item, depth)
        } catch (error) {
          throw inside(name, error)
        }
        writeChunk(sink, id, entry.written)
      }
    }
  }

  private oneWriter(field: Field): Scalar {
    const { resolvedType } = field
    if (resolvedType === null || !('fieldsArray' in resolvedType)) {
      return scalarOf(field.type, resolvedType as Enum | null)
    }
    const type = resolvedType
    if (field.delimited) {
      const end = ((field.id << 3) | WireType.GROUP_END) >>> 0
      return {
        wireType: WireType.GROUP,
        isZero: undefined,
        write: (sink, value, depth) => {
          this.messageOf(type).write(sink, value, depth + 1)
          sink.varint(end)
        },
      }
    }
    return {
      wireType: WireType.LEN,
      isZero: undefined,
      write: (sink, value, depth) => {
        const inner = new ByteSink()
        this.messageOf(type).write(inner, value, depth + 1)
        sink.varint(inner.at)
        sink.put(inner.written)
      },
    }
  }
}

const TAKING_NULL = new Set(['google.protobuf.Value', 'google.protobuf.NullValue'])

function writeChunk(sink: ByteSink, id: number, bytes: Uint8Array): void {
  sink.varint(((id << 3) | WireType.LEN) >>> 0)
  sink.varint(bytes.length)
  sink.put(bytes)
}

/** As Protobuf's JSON names a field. */
function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

interface Scalar {
  wireType: number
  write: WriteField
  /** Undefined for a message, which has presence always. */
  isZero: ((value: unknown) => boolean) | undefined
}

function keyOf(type: string, name: string): unknown {
  if (type === 'bool') return name === 'true' ? true : name === 'false' ? false : name
  return name
}

/** Numbers of 64 bits may be texts, as Protobuf's JSON has them. */
function wholeOf(value: unknown, type: string, min: bigint, max: bigint): number | bigint {
  const whole =
    typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : integerFrom(value)
  if (whole === undefined) throw new WriteError(`${shortly(value)} is no ${type}`)
  if (whole < min || whole > max)
    throw new WriteError(`${shortly(value)} does not fit into ${type}`)
  return whole
}

function whole(
  type: string,
  wireType: number,
  signed: boolean,
  bits: bigint,
  write: (sink: ByteSink, value: number | bigint) => void,
): Scalar {
  const min = signed ? -(2n ** (bits - 1n)) : 0n
  const max = (signed ? 2n ** (bits - 1n) : 2n ** bits) - 1n
  return {
    wireType,
    write: (sink, value) => write(sink, wholeOf(value, type, min, max)),
    isZero: (value) => Number(typeof value === 'string' ? value : (integerFrom(value) ?? 1)) === 0,
  }
}

/** Negative numbers take ten bytes, whatever the type. */
function plainVarint(sink: ByteSink, value: number | bigint): void {
  sink.varint(value < 0 ? BigInt.asUintN(64, BigInt(value)) : value)
}
const zigzag = (sink: ByteSink, value: number | bigint) => sink.zigzag(value)
const fixed32 = (sink: ByteSink, value: number | bigint) => sink.fixed32(Number(value))
const fixed64 = (sink: ByteSink, value: number | bigint) => sink.fixed64(value)

function real(
  type: string,
  wireType: number,
  write: (sink: ByteSink, value: number) => void,
): Scalar {
  return {
    wireType,
    write: (sink, value) => {
      const double = doubleFrom(value)
      if (double === undefined) throw new WriteError(`${shortly(value)} is no ${type}`)
      write(sink, double)
    },
    // Minus zero is not left out.
    isZero: (value) => Object.is(doubleFrom(value), 0),
  }
}

const { VARINT, I32, I64, LEN } = WireType

const SCALARS: Record<string, Scalar> = {
  int32: whole('int32', VARINT, true, 32n, plainVarint),
  uint32: whole('uint32', VARINT, false, 32n, plainVarint),
  sint32: whole('sint32', VARINT, true, 32n, zigzag),
  int64: whole('int64', VARINT, true, 64n, plainVarint),
  uint64: whole('uint64', VARINT, false, 64n, plainVarint),
  sint64: whole('sint64', VARINT, true, 64n, zigzag),
  fixed32: whole('fixed32', I32, false, 32n, fixed32),
  sfixed32: whole('sfixed32', I32, true, 32n, fixed32),
  fixed64: whole('fixed64', I64, false, 64n, fixed64),
  sfixed64: whole('sfixed64', I64, true, 64n, fixed64),
  float: real('float', I32, (sink, value) => sink.float(value)),
  double: real('double', I64, (sink, value) => sink.double(value)),
  bool: {
    wireType: VARINT,
    write: (sink, value) => {
      if (typeof value !== 'boolean') throw new WriteError(`${shortly(value)} is no bool`)
      sink.byte(value ? 1 : 0)
    },
    isZero: (value) => value === false,
  },
  string: {
    wireType: LEN,
    write: (sink, value) => {
      if (typeof value !== 'string') throw new WriteError(`${shortly(value)} is no string`)
      const inner = new ByteSink()
      inner.text(value)
      sink.varint(inner.at)
      sink.put(inner.written)
    },
    isZero: (value) => value === '',
  },
  bytes: {
    wireType: LEN,
    write: (sink, value) => {
      const bytes = bytesFrom(value)
      if (bytes === undefined) throw new WriteError(`${shortly(value)} is no base64`)
      sink.varint(bytes.length)
      sink.put(bytes)
    },
    isZero: (value) => value === '',
  },
}

function scalarOf(type: string, resolved: Enum | null): Scalar {
  if (resolved === null) {
    const scalar = SCALARS[type]
    if (scalar === undefined) throw new WriteError(`the type ${type} is not known`)
    return scalar
  }
  const { values } = resolved
  const number = (value: unknown): number | bigint => {
    if (value === null && fullNameOf(resolved) === 'google.protobuf.NullValue') return 0
    if (typeof value !== 'string')
      return wholeOf(value, resolved.name, -(2n ** 31n), 2n ** 31n - 1n)
    const found = Object.hasOwn(values, value) ? values[value] : undefined
    if (found !== undefined) return found
    const names = Object.keys(values)
    const some = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '')
    throw new WriteError(`${shortly(value)} is no name of ${resolved.name}, which has ${some}`)
  }
  return {
    wireType: VARINT,
    write: (sink, value) => plainVarint(sink, number(value)),
    isZero: (value) => Number(number(value)) === 0,
  }
}

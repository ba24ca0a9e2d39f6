// Reads a message in Protobuf's wire format, by its type: each type becomes a table from field
// numbers to small functions, once. Names are those of the .proto text. Fields without presence
// show their default; fields that the type does not know show as "?" and their number.

import type { Enum, Field, MapField, Type } from 'protobufjs'
import { base64Of } from '../bytes-text.ts'
import { setOwn, shortestFloat32 } from '../exact-json.ts'
import { DEPTH_MAX, PayloadError } from '../schema.ts'
import { fullNameOf, shownName } from './file.ts'
import { type ShowMessage, wellKnown } from './well-known.ts'
import { Wire, WireType } from './wire.ts'

/** The data in the bytes. Throws PayloadError. */
export function protobufDecoder(type: Type): (bytes: Uint8Array) => unknown {
  const message = new Compiler().messageOf(type)
  return (bytes) => message.show(message.read(new Wire(bytes), null, 0, undefined))
}

type ReadOne = (wire: Wire, depth: number) => unknown

interface FieldReader {
  slot: number
  name: string
  kind: 'one' | 'list' | 'map'
  wireType: number
  read: ReadOne
  /** For a message: what came before is kept, as "last one wins, messages merge" asks. */
  message: Message | undefined
  /** Slots of the same oneof. */
  rivals: readonly number[]
  /** What it shows when it was not sent; undefined for nothing. */
  missing: () => unknown
}

/** Values by slot, which the fields have in the order of the schema, and what is not known. */
interface Draft {
  slots: unknown[]
  unknown: Map<number, unknown[]> | undefined
}

/** Fields that a type does not know are shown up to here. */
const UNKNOWN_MAX = 1_000

class Message {
  readonly fields: FieldReader[] = []
  readonly byNumber = new Map<number, FieldReader>()
  private readonly special: ShowMessage | undefined

  constructor(special: ShowMessage | undefined) {
    this.special = special
  }

  /** `group`: the number of the group that ends here, instead of the end of the bytes. */
  read(wire: Wire, group: number | null, depth: number, draft: Draft | undefined): Draft {
    if (depth > DEPTH_MAX) throw new PayloadError(`it is nested deeper than ${DEPTH_MAX} levels`)
    const into = draft ?? { slots: [], unknown: undefined }
    while (!wire.isAtEnd) {
      const tag = wire.uint32()
      const number = tag >>> 3
      const wireType = tag & 7
      if (wireType === WireType.GROUP_END) {
        if (number !== group)
          throw new PayloadError(`a group that did not begin ends at byte ${wire.at}`)
        return into
      }
      if (number === 0) throw new PayloadError(`at byte ${wire.at} stands the field number 0`)
      const field = this.byNumber.get(number)
      if (field === undefined || !this.readField(field, wire, wireType, number, depth, into)) {
        keepUnknown(into, number, readUnknown(wire, wireType, number, depth))
      }
    }
    if (group !== null) throw new PayloadError('the payload ends inside a group')
    return into
  }

  /** False when the field was sent as something else than its type. */
  private readField(
    field: FieldReader,
    wire: Wire,
    wireType: number,
    number: number,
    depth: number,
    { slots }: Draft,
  ): boolean {
    const { slot } = field
    if (wireType !== field.wireType) {
      if (field.kind !== 'list' || wireType !== WireType.LEN || field.message !== undefined)
        return false
      // Packed: the values without their tags.
      const list = listAt(slots, slot)
      const before = wire.enter(wire.uint32())
      while (!wire.isAtEnd) list.push(field.read(wire, depth))
      wire.leave(before)
      return true
    }
    for (const rival of field.rivals) slots[rival] = undefined
    if (field.message === undefined) {
      const value = field.read(wire, depth)
      if (field.kind === 'list') listAt(slots, slot).push(value)
      else if (field.kind === 'map') listAt(slots, slot).push(value)
      else slots[slot] = value
      return true
    }
    const before = field.kind === 'one' ? (slots[slot] as Draft | undefined) : undefined
    const inner = readMessage(field.message, wire, wireType, number, depth + 1, before)
    if (field.kind === 'list') listAt(slots, slot).push(inner)
    else slots[slot] = inner
    return true
  }

  /** What people see of it. */
  show(draft: Draft): unknown {
    const data: Record<string, unknown> = {}
    const { slots } = draft
    for (const field of this.fields) {
      const value = slots[field.slot]
      const shown = value === undefined ? field.missing() : showField(field, value)
      if (shown !== undefined) setOwn(data, field.name, shown)
    }
    if (draft.unknown !== undefined) {
      for (const [number, values] of draft.unknown) {
        setOwn(data, `?${number}`, values.length === 1 ? values[0] : values)
      }
    }
    return this.special === undefined ? data : this.special(data)
  }
}

function showField(field: FieldReader, value: unknown): unknown {
  if (field.kind === 'map') {
    const data: Record<string, unknown> = {}
    for (const [key, item] of value as [unknown, unknown][]) setOwn(data, String(key), item)
    return data
  }
  if (field.message === undefined) return value
  const { message } = field
  return field.kind === 'list'
    ? (value as Draft[]).map((item) => message.show(item))
    : message.show(value as Draft)
}

function listAt(slots: unknown[], slot: number): unknown[] {
  const list = slots[slot] as unknown[] | undefined
  if (list !== undefined) return list
  const made: unknown[] = []
  slots[slot] = made
  return made
}

function readMessage(
  message: Message,
  wire: Wire,
  wireType: number,
  number: number,
  depth: number,
  draft: Draft | undefined,
): Draft {
  if (wireType === WireType.GROUP) return message.read(wire, number, depth, draft)
  const before = wire.enter(wire.uint32())
  const read = message.read(wire, null, depth, draft)
  wire.leave(before)
  return read
}

function keepUnknown(draft: Draft, number: number, value: unknown): void {
  draft.unknown ??= new Map()
  const values = draft.unknown.get(number)
  if (values === undefined) {
    if (draft.unknown.size < UNKNOWN_MAX) draft.unknown.set(number, [value])
  } else if (values.length < UNKNOWN_MAX) values.push(value)
}

function readUnknown(wire: Wire, wireType: number, number: number, depth: number): unknown {
  switch (wireType) {
    case WireType.VARINT:
      return wire.uint64()
    case WireType.I64:
      return wire.fixed64()
    case WireType.LEN:
      return base64Of(wire.chunk())
    case WireType.GROUP: {
      const nothing = new Message(undefined)
      return nothing.show(nothing.read(wire, number, depth + 1, undefined))
    }
    case WireType.I32:
      return wire.fixed32()
    default:
      throw new PayloadError(
        `at byte ${wire.at} stands the wire type ${wireType}, which there is not`,
      )
  }
}

class Compiler {
  private readonly messages = new Map<Type, Message>()

  messageOf(type: Type): Message {
    const known = this.messages.get(type)
    if (known !== undefined) return known
    const special = wellKnown(fullNameOf(type), (name, bytes) => this.readAny(type, name, bytes))
    const message = new Message(special)
    this.messages.set(type, message)
    // Extensions come with a dot and their full name.
    for (const [slot, field] of type.fieldsArray.entries()) {
      const reader = this.readerOf(field.resolve(), slot, type)
      message.fields.push(reader)
      message.byNumber.set(field.id, reader)
    }
    return message
  }

  /** What google.protobuf.Any holds, when the file knows its type. */
  private readAny(from: Type, name: string, bytes: Uint8Array): unknown {
    let type: Type
    try {
      type = from.root.lookupType(name)
    } catch {
      return undefined
    }
    const message = this.messageOf(type)
    return message.show(message.read(new Wire(bytes), null, 0, undefined))
  }

  private readerOf(field: Field, slot: number, type: Type): FieldReader {
    const name = shownName(field)
    const fields = type.fieldsArray
    const rivals = (field.partOf?.fieldsArray ?? [])
      .filter((other) => other !== field)
      .map((other) => fields.indexOf(other))
    const base = { slot, name, rivals }
    if (field.map) {
      const read = this.mapEntryReader(field as unknown as MapField)
      return {
        ...base,
        kind: 'map',
        wireType: WireType.LEN,
        read,
        message: undefined,
        missing: () => ({}),
      }
    }
    const kind = field.repeated ? 'list' : 'one'
    const { resolvedType } = field
    if (resolvedType !== null && 'fieldsArray' in resolvedType) {
      const message = this.messageOf(resolvedType)
      const missing = kind === 'list' ? () => [] : () => undefined
      const wireType = field.delimited ? WireType.GROUP : WireType.LEN
      return { ...base, kind, wireType, read: () => undefined, message, missing }
    }
    const scalar = scalarOf(field.type, resolvedType as Enum | null)
    const hasDefault = kind === 'one' && !field.hasPresence
    const missing = kind === 'list' ? () => [] : () => (hasDefault ? scalar.zero : undefined)
    return {
      ...base,
      kind,
      wireType: scalar.wireType,
      read: scalar.read,
      message: undefined,
      missing,
    }
  }

  private mapEntryReader(field: MapField): ReadOne {
    const key = scalarOf(field.keyType, null)
    const { resolvedType } = field
    const message =
      resolvedType !== null && 'fieldsArray' in resolvedType ? resolvedType : undefined
    const value =
      message === undefined ? scalarOf(field.type, resolvedType as Enum | null) : undefined
    return (wire, depth) => {
      const before = wire.enter(wire.uint32())
      let name: unknown = key.zero
      let item: unknown = value?.zero
      let draft: Draft | undefined
      // Compiled when it is first needed, since a map may lead back to its own message.
      const inner = message === undefined ? undefined : this.messageOf(message)
      while (!wire.isAtEnd) {
        const tag = wire.uint32()
        const wireType = tag & 7
        if (tag >>> 3 === 1 && wireType === key.wireType) name = key.read(wire, depth)
        else if (tag >>> 3 === 2 && value !== undefined && wireType === value.wireType) {
          item = value.read(wire, depth)
        } else if (tag >>> 3 === 2 && inner !== undefined && wireType === WireType.LEN) {
          draft = readMessage(inner, wire, wireType, 2, depth + 1, draft)
        } else readUnknown(wire, wireType, tag >>> 3, depth)
      }
      wire.leave(before)
      if (inner !== undefined) item = inner.show(draft ?? { slots: [], unknown: undefined })
      return [name, item]
    }
  }
}

interface Scalar {
  wireType: number
  read: ReadOne
  zero: unknown
}

const SCALARS: Record<string, Scalar> = {
  int32: { wireType: WireType.VARINT, read: (wire) => wire.uint32() | 0, zero: 0 },
  uint32: { wireType: WireType.VARINT, read: (wire) => wire.uint32(), zero: 0 },
  sint32: { wireType: WireType.VARINT, read: (wire) => wire.sint32(), zero: 0 },
  int64: { wireType: WireType.VARINT, read: (wire) => wire.int64(), zero: 0 },
  uint64: { wireType: WireType.VARINT, read: (wire) => wire.uint64(), zero: 0 },
  sint64: { wireType: WireType.VARINT, read: (wire) => wire.sint64(), zero: 0 },
  bool: { wireType: WireType.VARINT, read: (wire) => wire.uint64() !== 0, zero: false },
  fixed32: { wireType: WireType.I32, read: (wire) => wire.fixed32(), zero: 0 },
  sfixed32: { wireType: WireType.I32, read: (wire) => wire.sfixed32(), zero: 0 },
  fixed64: { wireType: WireType.I64, read: (wire) => wire.fixed64(), zero: 0 },
  sfixed64: { wireType: WireType.I64, read: (wire) => wire.sfixed64(), zero: 0 },
  float: { wireType: WireType.I32, read: (wire) => shortestFloat32(wire.float()), zero: 0 },
  double: { wireType: WireType.I64, read: (wire) => wire.double(), zero: 0 },
  string: { wireType: WireType.LEN, read: (wire) => wire.string(), zero: '' },
  bytes: { wireType: WireType.LEN, read: (wire) => base64Of(wire.chunk()), zero: '' },
}

function scalarOf(type: string, resolved: Enum | null): Scalar {
  if (resolved === null) {
    const scalar = SCALARS[type]
    if (scalar === undefined) throw new PayloadError(`the type ${type} is not known`)
    return scalar
  }
  // The first name of a number stands for it; a number without a name is shown as it is.
  const names = new Map<number, string>()
  for (const [name, number] of Object.entries(resolved.values)) {
    if (!names.has(number)) names.set(number, name)
  }
  const show = (number: number) => names.get(number) ?? number
  return {
    wireType: WireType.VARINT,
    read: (wire) => show(wire.uint32() | 0),
    zero: show(Object.values(resolved.values)[0] ?? 0),
  }
}

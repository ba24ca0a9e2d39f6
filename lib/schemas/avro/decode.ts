// Reads data in Avro's binary form: a schema becomes a tree of small functions, once, and each
// record is one walk through them. Nothing is generated from names, and no count or length in a
// payload is believed before the bytes are seen to be there.

import { base64Of, uuidOf } from '../bytes-text.ts'
import { decimalOf, scaled, signedOf } from '../decimal.ts'
import { setOwn, shortestFloat32 } from '../exact-json.ts'
import { DEPTH_MAX, PayloadError } from '../schema.ts'
import { Cursor } from './cursor.ts'
import { dateOf, timeOf, timestampOf } from './logical.ts'
import {
  type AvroNode,
  branchName,
  type FixedNode,
  type PrimitiveNode,
  type RecordNode,
} from './node.ts'

type Read = (cursor: Cursor, depth: number) => unknown

/** Throws PayloadError for bytes that are not, all of them, one datum of the schema. */
export function avroDecoder(schema: AvroNode): (bytes: Uint8Array) => unknown {
  const read = new Compiler().compile(schema)
  return (bytes) => {
    const cursor = new Cursor(bytes)
    const data = read(cursor, 0)
    if (cursor.left > 0) {
      throw new PayloadError(`the datum ends at byte ${cursor.at}, but ${cursor.left} more follow`)
    }
    return data
  }
}

/** Reads one datum where the cursor stands, and leaves it behind. */
export function avroReader(schema: AvroNode): (cursor: Cursor) => unknown {
  const read = new Compiler().compile(schema)
  return (cursor) => read(cursor, 0)
}

class Compiler {
  /** Of records, which alone can be recursive. */
  private readonly records = new Map<RecordNode, { read: Read }>()
  private readonly sizes = new Map<RecordNode, number>()

  compile(node: AvroNode): Read {
    switch (node.kind) {
      case 'primitive':
        return primitiveReader(node)
      case 'fixed':
        return fixedReader(node)
      case 'enum': {
        const { symbols, name } = node
        return (cursor) => {
          const index = cursor.int()
          const symbol = symbols[index]
          if (symbol === undefined)
            throw new PayloadError(`the enum ${name} has no symbol ${index}`)
          return symbol
        }
      }
      case 'array':
        return this.arrayReader(this.compile(node.items), this.sizeMin(node.items))
      case 'map':
        return this.mapReader(this.compile(node.values))
      case 'union':
        return this.unionReader(node.branches)
      case 'record':
        return this.recordReader(node)
    }
  }

  private recordReader(node: RecordNode): Read {
    const known = this.records.get(node)
    // Looked up when it is read, since it may not be there yet.
    if (known !== undefined) return (cursor, depth) => known.read(cursor, depth)
    const slot: { read: Read } = { read: () => null }
    this.records.set(node, slot)
    const names = node.fields.map(({ name }) => name)
    const reads = node.fields.map(({ type }) => this.compile(type))
    const plain = !names.includes('__proto__')
    slot.read = (cursor, depth) => {
      if (depth > DEPTH_MAX) throw new PayloadError(`it is nested deeper than ${DEPTH_MAX} levels`)
      const data: Record<string, unknown> = {}
      for (let at = 0; at < reads.length; at++) {
        const value = (reads[at] as Read)(cursor, depth + 1)
        if (plain) data[names[at] as string] = value
        else setOwn(data, names[at] as string, value)
      }
      return data
    }
    return slot.read
  }

  private arrayReader(read: Read, sizeMin: number): Read {
    return (cursor, depth) => {
      if (depth > DEPTH_MAX) throw new PayloadError(`it is nested deeper than ${DEPTH_MAX} levels`)
      const items: unknown[] = []
      for (let left = cursor.blockCount(sizeMin); left > 0; left = cursor.blockCount(sizeMin)) {
        for (let at = 0; at < left; at++) items.push(read(cursor, depth + 1))
      }
      return items
    }
  }

  private mapReader(read: Read): Read {
    return (cursor, depth) => {
      if (depth > DEPTH_MAX) throw new PayloadError(`it is nested deeper than ${DEPTH_MAX} levels`)
      const data: Record<string, unknown> = {}
      // A key has at least the byte of its length.
      for (let left = cursor.blockCount(1); left > 0; left = cursor.blockCount(1)) {
        for (let at = 0; at < left; at++) {
          const name = cursor.string()
          setOwn(data, name, read(cursor, depth + 1))
        }
      }
      return data
    }
  }

  private unionReader(branches: readonly AvroNode[]): Read {
    const isWrapped = needsWrapping(branches)
    const reads = branches.map((branch) => this.compile(branch))
    const names = branches.map(branchName)
    return (cursor, depth) => {
      const index = cursor.int()
      const read = reads[index]
      if (read === undefined) {
        throw new PayloadError(`the union of ${names.join(', ')} has no branch ${index}`)
      }
      const value = read(cursor, depth)
      if (!isWrapped || value === null) return value
      const data: Record<string, unknown> = {}
      setOwn(data, names[index] as string, value)
      return data
    }
  }

  /** The least number of bytes that a datum takes. */
  private sizeMin(node: AvroNode): number {
    switch (node.kind) {
      case 'primitive':
        return { null: 0, float: 4, double: 8 }[node.primitive as string] ?? 1
      case 'fixed':
        return node.size
      case 'record': {
        const known = this.sizes.get(node)
        if (known !== undefined) return known
        // A record that stands in itself without a union would have no end.
        this.sizes.set(node, 0)
        const size = node.fields.reduce((sum, { type }) => sum + this.sizeMin(type), 0)
        this.sizes.set(node, size)
        return size
      }
      default:
        return 1
    }
  }
}

/**
 * Whether what was read must say of which branch it is: two branches that look alike. One that
 * may only be null or something else is shown without a wrapping, as people write it.
 */
export function needsWrapping(branches: readonly AvroNode[]): boolean {
  const shapes = branches.map(shapeOf)
  return new Set(shapes).size < shapes.length
}

function shapeOf(node: AvroNode): string {
  switch (node.kind) {
    case 'primitive':
      if (node.primitive === 'null' || node.primitive === 'boolean') return node.primitive
      if (node.logical !== null) return isShownAsNumber(node.logical.kind) ? 'number' : 'text'
      return node.primitive === 'string' || node.primitive === 'bytes' ? 'text' : 'number'
    case 'fixed':
      if (node.logical?.kind === 'duration') return 'object'
      return node.logical?.kind === 'decimal' ? 'number' : 'text'
    case 'enum':
      return 'text'
    case 'array':
      return 'list'
    default:
      return 'object'
  }
}

function isShownAsNumber(logical: string): boolean {
  return logical === 'decimal' || logical === 'big-decimal'
}

function primitiveReader({ primitive, logical }: PrimitiveNode): Read {
  switch (primitive) {
    case 'null':
      return () => null
    case 'boolean':
      return (cursor) => cursor.boolean()
    case 'int':
      if (logical?.kind === 'date') return (cursor) => dateOf(cursor.int())
      if (logical?.kind === 'time') {
        const { perSecond } = logical
        return (cursor) => timeOf(cursor.int(), perSecond)
      }
      return (cursor) => cursor.int()
    case 'long':
      if (logical?.kind === 'time') {
        const { perSecond } = logical
        return (cursor) => timeOf(cursor.long(), perSecond)
      }
      if (logical?.kind === 'timestamp') {
        const { perSecond, local } = logical
        return (cursor) => timestampOf(cursor.long(), perSecond, local)
      }
      return (cursor) => cursor.long()
    case 'float':
      return (cursor) => shortestFloat32(cursor.float())
    case 'double':
      return (cursor) => cursor.double()
    case 'bytes':
      if (logical?.kind === 'decimal') {
        const { scale } = logical
        return (cursor) => decimalOf(takeDigits(cursor, cursor.size()), scale)
      }
      if (logical?.kind === 'big-decimal') return readBigDecimal
      return (cursor) => base64Of(cursor.take(cursor.size()))
    case 'string':
      return (cursor) => cursor.string()
  }
}

function fixedReader({ size, logical }: FixedNode): Read {
  switch (logical?.kind) {
    case 'decimal': {
      const { scale } = logical
      return (cursor) => decimalOf(takeDigits(cursor, size), scale)
    }
    case 'uuid':
      return (cursor) => uuidOf(cursor.take(size))
    case 'duration':
      return (cursor) => {
        const parts = cursor.take(12)
        const view = new DataView(parts.buffer, parts.byteOffset, 12)
        return {
          months: view.getUint32(0, true),
          days: view.getUint32(4, true),
          milliseconds: view.getUint32(8, true),
        }
      }
    default:
      return (cursor) => base64Of(cursor.take(size))
  }
}

/** Making a number of more digits takes time that grows with their square. */
const DECIMAL_BYTES_MAX = 4_096

function takeDigits(cursor: Cursor, size: number): Uint8Array {
  if (size > DECIMAL_BYTES_MAX) {
    throw new PayloadError(
      `a decimal of ${size} bytes is longer than the ${DECIMAL_BYTES_MAX} shown`,
    )
  }
  return cursor.take(size)
}

/** Bytes that hold the unscaled value, as bytes, and the scale, as an int. */
function readBigDecimal(cursor: Cursor): unknown {
  const inner = new Cursor(cursor.take(cursor.size()))
  const unscaled = signedOf(takeDigits(inner, inner.size()))
  const scale = inner.int()
  if (Math.abs(scale) > 10_000) throw new PayloadError(`a decimal has the scale ${scale}`)
  return scaled(unscaled, scale)
}

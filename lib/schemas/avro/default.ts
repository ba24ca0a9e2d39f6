// Whether the default of a field is a value of its type, as JSON. For a union it is one of the
// first branch, or, as Avro 1.12 allows, of any.

import { base64Of, uuidOf } from '../bytes-text.ts'
import { decimalOf } from '../decimal.ts'
import { setOwn } from '../exact-json.ts'
import { type AvroNode, branchName } from './node.ts'

/** What is wrong with it, to follow "the default"; null when nothing is. */
export function checkDefault(node: AvroNode, value: unknown): string | null {
  return isValueOf(node, value) ? null : `${shorten(value)} is not ${articleOf(node)}`
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function articleOf(node: AvroNode): string {
  if (node.kind === 'union') return `one of ${node.branches.map(branchName).join(', ')}`
  return `of type ${branchName(node)}`
}

function isValueOf(node: AvroNode, value: unknown): boolean {
  switch (node.kind) {
    case 'primitive':
      return isPrimitive(node.primitive, value)
    case 'fixed':
      return isBytes(value) && value.length === node.size
    case 'enum':
      return typeof value === 'string' && node.symbols.includes(value)
    case 'array':
      return Array.isArray(value) && value.every((item) => isValueOf(node.items, item))
    case 'map':
      return isObject(value) && Object.values(value).every((item) => isValueOf(node.values, item))
    case 'union':
      return node.branches.some((branch) => isValueOf(branch, value))
    case 'record':
      return (
        isObject(value) &&
        node.fields.every((field) =>
          Object.hasOwn(value, field.name)
            ? isValueOf(field.type, value[field.name])
            : field.default !== undefined,
        )
      )
  }
}

function isPrimitive(primitive: string, value: unknown): boolean {
  switch (primitive) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
      return Number.isInteger(value) && (value as number) === ((value as number) | 0)
    case 'long':
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63
    case 'float':
    case 'double':
      return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value as string)
    case 'bytes':
      return isBytes(value)
    default:
      return typeof value === 'string'
  }
}

/** Bytes in JSON are text with one character, U+0000 to U+00FF, a byte. */
function isBytes(value: unknown): value is string {
  return typeof value === 'string' && !/[\u0100-\uffff]/.test(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * A default as the decoder would show it: bytes as base64, decimals as numbers. What is no value
 * of the type comes back as it is.
 */
export function shownDefault(node: AvroNode, value: unknown): unknown {
  switch (node.kind) {
    case 'primitive':
      return node.primitive === 'bytes' && isBytes(value) ? shownBytes(node, value) : value
    case 'fixed':
      return isBytes(value) ? shownBytes(node, value) : value
    case 'array':
      return Array.isArray(value) ? value.map((item) => shownDefault(node.items, item)) : value
    case 'map':
      return isObject(value) ? shownMembers(value, () => node.values) : value
    case 'union': {
      const branch = node.branches.find((one) => isValueOf(one, value))
      return branch === undefined ? value : shownDefault(branch, value)
    }
    case 'record': {
      if (!isObject(value)) return value
      const types = new Map(node.fields.map(({ name, type }) => [name, type]))
      return shownMembers(value, (name) => types.get(name))
    }
    default:
      return value
  }
}

function shownMembers(
  value: Record<string, unknown>,
  typeOf: (name: string) => AvroNode | undefined,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const type = typeOf(name)
    setOwn(shown, name, type === undefined ? member : shownDefault(type, member))
  }
  return shown
}

function shownBytes(node: Extract<AvroNode, { kind: 'primitive' | 'fixed' }>, text: string) {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  if (node.logical?.kind === 'decimal') return decimalOf(bytes, node.logical.scale)
  return node.logical?.kind === 'uuid' && bytes.length === 16 ? uuidOf(bytes) : base64Of(bytes)
}

// Whether the default of a field is a value of its type, as JSON. For a union it is one of the
// first branch, or, as Avro 1.12 allows, of any.

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

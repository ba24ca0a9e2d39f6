// The fields of an Avro schema as documentation lists them.

import { DEPTH_MAX, FIELDS_MAX, type SchemaField } from '../schema.ts'
import { logicalTitle } from './logical.ts'
import { type AvroField, type AvroNode, branchName, type RecordNode } from './node.ts'

export function avroFields(root: AvroNode): SchemaField[] {
  const fields: SchemaField[] = []
  walk(root, '', 0, [], fields)
  return fields
}

/** Lists what stands below `node`, which itself stands at `path`. */
function walk(
  node: AvroNode,
  path: string,
  depth: number,
  around: readonly RecordNode[],
  fields: SchemaField[],
): void {
  const record = recordIn(node)
  if (record === null || depth > DEPTH_MAX) return
  const prefix = `${path}${record.steps}`
  for (const field of record.node.fields) {
    if (fields.length >= FIELDS_MAX) return
    const below = recordIn(field.type)?.node
    const isRecursive = below !== undefined && (below === record.node || around.includes(below))
    const at = prefix === '' ? field.name : `${prefix}.${field.name}`
    fields.push(describeField(field, at, depth, isRecursive))
    if (!isRecursive) walk(field.type, at, depth + 1, [...around, record.node], fields)
  }
}

function describeField(
  field: AvroField,
  path: string,
  depth: number,
  recursive: boolean,
): SchemaField {
  return {
    path,
    name: field.name,
    depth,
    type: titleOf(field.type),
    optional: isNullable(field.type),
    default: field.default === undefined ? null : JSON.stringify(field.default),
    doc: field.doc ?? docOf(field.type),
    recursive,
  }
}

function docOf(node: AvroNode): string | null {
  const inner = withoutNull(node)
  return inner.kind === 'record' || inner.kind === 'enum' || inner.kind === 'fixed'
    ? inner.doc
    : null
}

function isNullable(node: AvroNode): boolean {
  return node.kind === 'union' && node.branches.some((branch) => branchName(branch) === 'null')
}

/** The other branch of a union of null and one type; otherwise the node itself. */
function withoutNull(node: AvroNode): AvroNode {
  if (node.kind !== 'union') return node
  const others = node.branches.filter((branch) => branchName(branch) !== 'null')
  return others.length === 1 ? (others[0] as AvroNode) : node
}

/** The record whose fields stand below, with the steps through lists on the way to it. */
function recordIn(node: AvroNode): { node: RecordNode; steps: string } | null {
  const inner = withoutNull(node)
  switch (inner.kind) {
    case 'record':
      return { node: inner, steps: '' }
    case 'array': {
      const found = recordIn(inner.items)
      return found === null ? null : { node: found.node, steps: `[]${found.steps}` }
    }
    default:
      return null
  }
}

export function titleOf(node: AvroNode): string {
  switch (node.kind) {
    case 'primitive':
      return node.logical === null
        ? node.primitive
        : `${logicalTitle(node.logical)} (${node.primitive})`
    case 'fixed':
      return node.logical === null
        ? `fixed ${node.name} of ${node.size} bytes`
        : `${logicalTitle(node.logical)} (fixed of ${node.size} bytes)`
    case 'enum':
      return `one of ${node.symbols.join(', ')}`
    case 'array':
      return `list of ${titleOf(node.items)}`
    case 'map':
      return `map to ${titleOf(node.values)}`
    case 'record':
      return node.name
    case 'union': {
      const inner = withoutNull(node)
      if (inner !== node) return titleOf(inner)
      return node.branches
        .filter((branch) => branchName(branch) !== 'null')
        .map(titleOf)
        .join(' or ')
    }
  }
}

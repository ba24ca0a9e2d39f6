// A value of an Avro schema to begin with: defaults where the schema has them, and elsewhere the
// plainest value of each type, in the form in which values are shown.

import { LosslessNumber } from 'lossless-json'
import { setOwn } from '../exact-json.ts'
import { needsWrapping } from './decode.ts'
import { shownDefault } from './default.ts'
import { type AvroNode, branchName, type Logical, type RecordNode } from './node.ts'

/** `now`: the moment for dates and times, as ISO 8601 with milliseconds. */
export function avroSkeleton(root: AvroNode, now: string): unknown {
  return plainestOf(root, now, [])
}

function plainestOf(node: AvroNode, now: string, around: readonly RecordNode[]): unknown {
  switch (node.kind) {
    case 'primitive':
      if (node.logical !== null) return ofLogical(node.logical, now) ?? ''
      return { null: null, boolean: false, string: '', bytes: '' }[node.primitive as string] ?? zero
    case 'fixed':
      return (
        (node.logical === null ? undefined : ofLogical(node.logical, now)) ??
        btoa('\0'.repeat(Math.min(node.size, 10_000)))
      )
    case 'enum':
      return node.default ?? node.symbols[0] ?? ''
    case 'array':
      return []
    case 'map':
      return {}
    case 'union':
      return ofUnion(node.branches, now, around)
    case 'record': {
      const data: Record<string, unknown> = {}
      for (const field of node.fields) {
        const value =
          field.default === undefined
            ? plainestOf(field.type, now, [...around, node])
            : shownIn(field.type, field.default)
        setOwn(data, field.name, value)
      }
      return data
    }
  }
}

const zero = 0

/** Null where it may be; or else the first branch that does not lead back to where it stands. */
function ofUnion(
  branches: readonly AvroNode[],
  now: string,
  around: readonly RecordNode[],
): unknown {
  if (branches.some((branch) => branchName(branch) === 'null')) return null
  const isAround = (node: AvroNode) => node.kind === 'record' && around.includes(node)
  const branch = branches.find((one) => !isAround(one)) ?? branches[0]
  if (branch === undefined) return null
  const value = plainestOf(branch, now, around)
  return needsWrapping(branches) ? { [branchName(branch)]: value } : value
}

function shownIn(node: AvroNode, fallback: unknown): unknown {
  const shown = shownDefault(node, fallback)
  if (node.kind !== 'union' || shown === null || !needsWrapping(node.branches)) return shown
  const first = node.branches[0]
  return first === undefined ? shown : { [branchName(first)]: shown }
}

function ofLogical(logical: Logical, now: string): unknown {
  switch (logical.kind) {
    case 'decimal':
      return logical.scale === 0 ? 0 : new LosslessNumber(`0.${'0'.repeat(logical.scale)}`)
    case 'big-decimal':
      return 0
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000'
    case 'date':
      return now.slice(0, 10)
    case 'time':
      return '00:00:00.000'
    case 'timestamp':
      return logical.local ? now.replace('Z', '') : now
    case 'duration':
      return { months: 0, days: 0, milliseconds: 0 }
  }
}

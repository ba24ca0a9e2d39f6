// Where a field stands in a JSON tree, and what stands there: for columns of fields. A path that
// goes through a list without an index finds every element.

import type { Step } from '../query/condition.ts'
import type { JsonNode } from './json-tree.ts'

export function nodesAt(root: JsonNode, steps: readonly Step[]): JsonNode[] {
  let nodes: JsonNode[] = [root]
  for (const step of steps) nodes = nodes.flatMap((node) => stepInto(node, step))
  return nodes
}

function stepInto(node: JsonNode, step: Step): JsonNode[] {
  if (step.kind === 'name') {
    if (node.kind !== 'object') return []
    // Of members with one name the last counts, as for every reader of JSON.
    const member = node.members.findLast((each) => each.name === step.name)
    return member === undefined ? [] : [member.node]
  }
  if (node.kind !== 'array') return []
  if (step.index === null) return node.items
  const item = node.items[step.index]
  return item === undefined ? [] : [item]
}

/** A node on one line, numbers as they were written; at most about `lengthMax` characters. */
export function nodeText(node: JsonNode, lengthMax: number): string {
  switch (node.kind) {
    case 'string':
      return node.value.slice(0, lengthMax)
    case 'number':
      return node.text
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
    case 'object':
    case 'array':
      return compactText(node, lengthMax)
  }
}

function compactText(node: JsonNode, lengthMax: number): string {
  if (node.kind === 'string') return JSON.stringify(node.value.slice(0, lengthMax))
  if (node.kind !== 'object' && node.kind !== 'array') return nodeText(node, lengthMax)
  const children: readonly { name: string | null; node: JsonNode }[] =
    node.kind === 'object' ? node.members : node.items.map((item) => ({ name: null, node: item }))
  const parts: string[] = []
  let length = 0
  for (const child of children) {
    if (length > lengthMax) {
      parts.push('…')
      break
    }
    const text = compactText(child.node, lengthMax - length)
    const part = child.name === null ? text : `${JSON.stringify(child.name)}:${text}`
    parts.push(part)
    length += part.length
  }
  const inside = parts.join(',')
  return node.kind === 'object' ? `{${inside}}` : `[${inside}]`
}

// A JSON document as lines to compare with another's: a member or an item a line, by its depth,
// and no commas, so that a member that comes behind another does not change the line before it.
// Numbers stay as they were written.

import type { JsonNode } from './json-tree.ts'

export function jsonLines(root: JsonNode): string[] {
  const lines: string[] = []
  write(lines, '', '', root)
  return lines
}

function write(lines: string[], indent: string, name: string, node: JsonNode): void {
  switch (node.kind) {
    case 'object':
    case 'array': {
      const [left, right] = node.kind === 'object' ? '{}' : '[]'
      const children: readonly { name?: string; node: JsonNode }[] =
        node.kind === 'object' ? node.members : node.items.map((item) => ({ node: item }))
      if (children.length === 0) {
        lines.push(`${indent}${name}${left}${right}`)
        return
      }
      lines.push(`${indent}${name}${left}`)
      for (const child of children) {
        const label = child.name === undefined ? '' : `${JSON.stringify(child.name)}: `
        write(lines, `${indent}  `, label, child.node)
      }
      lines.push(`${indent}${right}`)
      return
    }
    case 'string':
      lines.push(`${indent}${name}${JSON.stringify(node.value)}`)
      return
    case 'number':
      lines.push(`${indent}${name}${node.text}`)
      return
    case 'boolean':
      lines.push(`${indent}${name}${node.value}`)
      return
    case 'null':
      lines.push(`${indent}${name}null`)
  }
}

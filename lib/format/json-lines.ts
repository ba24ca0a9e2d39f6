// A JSON document as lines: a member or an item a line, by its depth. To be compared with another's
// they have no commas, so that a member that comes behind another does not change the line before
// it; to be read and edited they are JSON. Numbers stay as they were written.

import type { JsonNode } from './json-tree.ts'

/** Without commas: for comparing, not for reading in again. */
export function jsonLines(root: JsonNode): string[] {
  const lines: string[] = []
  write({ lines, comma: '' }, root, { indent: '', name: '', end: '' })
  return lines
}

/** The same document, laid out. */
export function jsonText(root: JsonNode): string {
  const lines: string[] = []
  write({ lines, comma: ',' }, root, { indent: '', name: '', end: '' })
  return lines.join('\n')
}

interface Writing {
  lines: string[]
  comma: '' | ','
}
interface Line {
  indent: string
  /** With its colon; empty for none. */
  name: string
  /** What follows the value. */
  end: string
}

function write(writing: Writing, node: JsonNode, { indent, name, end }: Line): void {
  const { lines, comma } = writing
  switch (node.kind) {
    case 'object':
    case 'array': {
      const [left, right] = node.kind === 'object' ? '{}' : '[]'
      const children: readonly { name?: string; node: JsonNode }[] =
        node.kind === 'object' ? node.members : node.items.map((item) => ({ node: item }))
      if (children.length === 0) {
        lines.push(`${indent}${name}${left}${right}${end}`)
        return
      }
      lines.push(`${indent}${name}${left}`)
      for (const [at, child] of children.entries()) {
        write(writing, child.node, {
          indent: `${indent}  `,
          name: child.name === undefined ? '' : `${JSON.stringify(child.name)}: `,
          end: at === children.length - 1 ? '' : comma,
        })
      }
      lines.push(`${indent}${right}${end}`)
      return
    }
    case 'string':
      lines.push(`${indent}${name}${JSON.stringify(node.value)}${end}`)
      return
    case 'number':
      lines.push(`${indent}${name}${node.text}${end}`)
      return
    case 'boolean':
      lines.push(`${indent}${name}${node.value}${end}`)
      return
    case 'null':
      lines.push(`${indent}${name}null${end}`)
  }
}

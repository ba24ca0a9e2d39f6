// Columns of chosen fields. A field is read from the record's text, so that its digits are those
// of the record; of a value that arrived cut the field is not known here, and the cell says so.

import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import { nodesAt, nodeText } from '../../lib/format/json-path.ts'
import { type JsonNode, parseJsonTree } from '../../lib/format/json-tree.ts'
import type { Path } from '../../lib/query/condition.ts'
import { parseCondition } from '../../lib/query/parser.ts'
import type { Column } from '../data-table/column.ts'

/** The path that a text names; null when it names none. */
export function parsePath(text: string): Path | null {
  try {
    const condition = parseCondition(`${text} exists`)
    return condition?.kind === 'exists' ? condition.path : null
  } catch {
    return null
  }
}

export function fieldColumns<Row extends KafkaRecord>(
  paths: readonly string[],
  width: number,
): Column<Row>[] {
  return paths.flatMap((text) => {
    const path = parsePath(text)
    if (path === null) return []
    return [
      {
        id: `field:${text}`,
        header: text.replace(/^value\./, ''),
        width,
        value: (record: Row) => fieldText(record, path) ?? undefined,
        cell: (record: Row) => <FieldCell record={record} path={path} />,
      },
    ]
  })
}

const cellLength = 200

function FieldCell({ record, path }: { record: KafkaRecord; path: Path }) {
  const text = fieldText(record, path)
  if (text !== null) return <span className="data">{text}</span>
  const cut =
    (path.root === 'value' || path.root === 'key') && record[path.root]?.truncated === true
  return (
    <span className="text-faint" title={cut ? 'The value arrived cut: open the record' : undefined}>
      {cut ? 'cut' : '–'}
    </span>
  )
}

export function fieldText(record: KafkaRecord, path: Path): string | null {
  switch (path.root) {
    case 'value':
    case 'key':
      return payloadField(record[path.root], path)
    case 'header': {
      const [first] = path.steps
      const found = record.headers.filter(
        (header) => first?.kind === 'name' && header.key === first.name,
      )
      if (found.length === 0) return null
      return found.map((header) => header.value?.text ?? 'null').join(', ')
    }
    case 'size':
      return record.value === null ? null : String(record.value.size)
    case 'keySize':
      return record.key === null ? null : String(record.key.size)
    case 'offset':
      return record.offset
    case 'partition':
      return String(record.partition)
    case 'timestamp':
      return record.timestamp
    case 'topic':
      return null
  }
}

const trees = new WeakMap<Payload, JsonNode | null>()

function treeOf(payload: Payload): JsonNode | null {
  const known = trees.get(payload)
  if (known !== undefined) return known
  let tree: JsonNode | null = null
  if (payload.decoder === 'json' && !payload.truncated) {
    try {
      tree = parseJsonTree(payload.text)
    } catch {
      // Nested too deeply for a tree; there is no field to show.
    }
  }
  trees.set(payload, tree)
  return tree
}

function payloadField(payload: Payload | null, path: Path): string | null {
  if (payload === null) return null
  if (path.steps.length === 0) return payload.text.slice(0, cellLength)
  const tree = treeOf(payload)
  if (tree === null) return null
  const nodes = nodesAt(tree, path.steps)
  if (nodes.length === 0) return null
  return nodes
    .slice(0, 20)
    .map((node) => nodeText(node, cellLength))
    .join(', ')
}

'use client'
// What can be done with one value of a record: keep the records that have it, leave them out,
// show its field as a column, copy it.

import type { JsonNode } from '../../lib/format/json-tree.ts'
import { formatPath, type Step } from '../../lib/query/condition.ts'
import { anyElement } from '../search/add-condition.ts'
import { copyText } from '../ui/copy.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import type { FieldActions } from './json-tree-view.tsx'

interface FieldMenuProps {
  trigger: React.ReactNode
  node: Exclude<JsonNode, { kind: 'object' | 'array' }>
  steps: readonly Step[]
  actions: FieldActions
}

export function FieldMenu({ trigger, node, steps, actions }: FieldMenuProps) {
  const any = anyElement({ root: 'value', steps }).steps
  const name = formatPath({ root: 'value', steps: any }).replace(/^value\.?/, '')
  const text =
    node.kind === 'string'
      ? node.value
      : node.kind === 'number'
        ? node.text
        : node.kind === 'null'
          ? 'null'
          : String(node.value)
  return (
    <Menu openAtFirst trigger={trigger}>
      <MenuLabel>
        <span className="data">{name}</span>
      </MenuLabel>
      <MenuItem onSelect={() => actions.filter(any, node, false)}>
        Is <Shown text={text} />
      </MenuItem>
      <MenuItem onSelect={() => actions.filter(any, node, true)}>
        Is not <Shown text={text} />
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => actions.column(any)}>Show as a column</MenuItem>
      <MenuItem onSelect={() => void copyText(text)}>Copy the value</MenuItem>
    </Menu>
  )
}

const shownMax = 40

function Shown({ text }: { text: string }) {
  return (
    <span className="data text-soft">
      {text.length > shownMax ? `${text.slice(0, shownMax)}…` : text}
    </span>
  )
}

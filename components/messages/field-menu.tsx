'use client'
// What can be done with one value of a record: keep the records that have it, leave them out,
// show its field as a column, copy it.

import { copyText } from '../ui/copy.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'

interface FieldMenuProps {
  trigger: React.ReactNode
  /** What the value belongs to: a path, or "key". */
  name: string
  text: string
  onFilter: (negated: boolean) => void
  /** Absent where the value has a column of its own. */
  onColumn?: (() => void) | undefined
  openAtFirst?: boolean
}

export function FieldMenu(props: FieldMenuProps) {
  const { trigger, name, text, onFilter, onColumn, openAtFirst = false } = props
  return (
    <Menu openAtFirst={openAtFirst} trigger={trigger}>
      <MenuLabel>
        <span className="data">{name}</span>
      </MenuLabel>
      <MenuItem onSelect={() => onFilter(false)}>
        Is <Shown text={text} />
      </MenuItem>
      <MenuItem onSelect={() => onFilter(true)}>
        Is not <Shown text={text} />
      </MenuItem>
      <MenuSeparator />
      {onColumn !== undefined && <MenuItem onSelect={onColumn}>Show as a column</MenuItem>}
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

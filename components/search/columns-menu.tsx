'use client'
// Which fields stand in columns of their own: the fields that were seen, and those of the link.

import Columns3 from 'lucide-react/icons/columns-3'
import { Button } from '../ui/button.tsx'
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import type { Field } from './complete.ts'

interface ColumnsMenuProps {
  fields: readonly Field[]
  columns: readonly string[]
  onChange: (columns: string[]) => void
}

const listedMax = 60

export function ColumnsMenu({ fields, columns, onChange }: ColumnsMenuProps) {
  const seen = fields.map((field) => field.path).filter((path) => /^(value|header)[.[]/.test(path))
  const listed = [...new Set([...columns, ...seen])].slice(0, listedMax)
  return (
    <Menu
      align="end"
      trigger={
        <Button>
          <Columns3 aria-hidden />
          Columns
        </Button>
      }
    >
      <MenuLabel>Fields as columns</MenuLabel>
      {listed.map((path) => (
        <MenuCheck
          key={path}
          checked={columns.includes(path)}
          onChange={(checked) =>
            onChange(checked ? [...columns, path] : columns.filter((each) => each !== path))
          }
        >
          <span className="data">{path}</span>
        </MenuCheck>
      ))}
      {listed.length === 0 && (
        <p className="px-2 py-1 text-soft">No fields were seen in the recent messages.</p>
      )}
      {columns.length > 0 && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => onChange([])}>Remove all</MenuItem>
        </>
      )}
    </Menu>
  )
}

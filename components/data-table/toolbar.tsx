'use client'
// The line above a table: filter, choices of the page, columns, export.

import Columns3 from 'lucide-react/icons/columns-3'
import Download from 'lucide-react/icons/download'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Menu, MenuCheck, MenuItem } from '../ui/menu.tsx'
import type { Column } from './column.ts'
import type { ExportForm } from './export.ts'

interface ToolbarProps {
  filter: string
  onFilter: (text: string) => void
  filterLabel: string
  /** 'of 1,204 topics' and the like. */
  count: string
  children?: ReactNode
}

export function Toolbar({ filter, onFilter, filterLabel, count, children }: ToolbarProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 py-2">
      <Input
        type="search"
        data-query-line
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
        aria-label={filterLabel}
        placeholder={`${filterLabel} ( / )`}
        className="w-64 max-sm:w-full"
      />
      <span role="status" className="figures text-faint">
        {count}
      </span>
      <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">{children}</div>
    </div>
  )
}

interface ColumnChoiceProps<Row> {
  columns: readonly Column<Row>[]
  hidden: ReadonlySet<string>
  onChange: (hidden: ReadonlySet<string>) => void
}

export function ColumnChoice<Row>({ columns, hidden, onChange }: ColumnChoiceProps<Row>) {
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
      {columns
        .filter((column) => column.fixed !== true)
        .map((column) => (
          <MenuCheck
            key={column.id}
            checked={!hidden.has(column.id)}
            onChange={(checked) => {
              const next = new Set(hidden)
              if (checked) next.delete(column.id)
              else next.add(column.id)
              onChange(next)
            }}
          >
            {column.header}
          </MenuCheck>
        ))}
    </Menu>
  )
}

export function ExportMenu({
  onExport,
  busy,
}: {
  onExport: (form: ExportForm) => void
  busy: boolean
}) {
  return (
    <Menu
      align="end"
      trigger={
        <Button disabled={busy}>
          <Download aria-hidden />
          {busy ? 'Exporting' : 'Export'}
        </Button>
      }
    >
      <MenuItem onSelect={() => onExport('csv')}>The whole list as CSV</MenuItem>
      <MenuItem onSelect={() => onExport('json')}>The whole list as JSON</MenuItem>
    </Menu>
  )
}

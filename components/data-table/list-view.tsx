'use client'
// A list of resources: filter, choice of columns, export, and the table, all kept in the URL.

import { type ReactNode, useMemo } from 'react'
import { formatCount } from '../../lib/format/count.ts'
import { Loading } from '../ui/states.tsx'
import type { Column, Sort } from './column.ts'
import { DataTable } from './data-table.tsx'
import type { ExportForm } from './export.ts'
import { hiddenColumns, toggledColumns } from './list-url.ts'
import { ColumnChoice, ExportMenu, Toolbar } from './toolbar.tsx'

interface ListUrl {
  q: string
  sort: Sort | null
  columns: readonly string[]
}

interface ListViewProps<Row> {
  /** What the rows are: 'Topics'. */
  label: string
  columns: readonly Column<Row>[]
  /** Those that the filter leaves. */
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** How many there are without the filter; undefined while they are loaded. */
  total: number | undefined
  url: ListUrl
  onUrl: (change: { q?: string; sort?: Sort; columns?: string[] }) => void
  /** Until another order is chosen. */
  order: Sort
  onOpen: (row: Row) => void
  onExport: (form: ExportForm) => void
  exporting?: boolean
  onVisible?: (rows: readonly Row[]) => void
  /** Said when the filter leaves nothing. */
  nothing: string
  /** The table is as high as its rows, and the page goes on below it. */
  natural?: boolean
  /** More choices, before those that every list has. */
  children?: ReactNode
}

export function ListView<Row extends object>(props: ListViewProps<Row>) {
  const { label, columns, rows, total, url, onUrl, natural = false } = props
  const hidden = useMemo(() => hiddenColumns(columns, url.columns), [columns, url.columns])
  const table = (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      rowId={props.rowId}
      hidden={hidden}
      sort={url.sort ?? props.order}
      onSort={(sort) => onUrl({ sort })}
      onOpen={props.onOpen}
      empty={
        total === undefined ? (
          <Loading what={label.toLowerCase()} rows={natural ? 3 : 12} />
        ) : (
          props.nothing
        )
      }
      {...(natural ? { natural } : {})}
      {...(props.onVisible === undefined ? {} : { onVisible: props.onVisible })}
    />
  )
  return (
    <>
      <Toolbar
        filter={url.q}
        onFilter={(q) => onUrl({ q })}
        filterLabel={`Filter ${label.toLowerCase()}`}
        count={
          total === undefined
            ? ''
            : rows.length === total
              ? formatCount(total)
              : `${formatCount(rows.length)} of ${formatCount(total)}`
        }
      >
        {props.children}
        <ColumnChoice
          columns={columns}
          hidden={hidden}
          onChange={(next) => onUrl({ columns: toggledColumns(columns, next) })}
        />
        <ExportMenu busy={props.exporting === true} onExport={props.onExport} />
      </Toolbar>
      {natural ? table : <div className="flex min-h-0 flex-1 flex-col pb-4">{table}</div>}
    </>
  )
}

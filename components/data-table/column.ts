// What a column of a table is: its value for sorting and export, and how a cell looks.

import type { ReactNode } from 'react'
import { formatCount } from '../../lib/format/count.ts'

export type CellValue = string | number | bigint | undefined

export interface Column<Row> {
  id: string
  header: string
  /** For sorting and export; undefined where it is not known, which sorts last either way. */
  value: (row: Row) => CellValue
  cell: (row: Row) => ReactNode
  /** For export, where the value that gives the order says nothing to a reader. */
  text?: (row: Row) => string
  /** Pixels, or a share of the table. The columns without a width share what is left. */
  width?: number | `${number}%`
  align?: 'end'
  /** Not shown in tables narrower than this, so that the rest stays readable on a phone. */
  hideBelow?: 'sm' | 'md' | 'lg' | 'xl'
  /** Shown only when chosen. */
  hiddenAtFirst?: boolean
  /** Cannot be hidden: the column that names the row. */
  fixed?: boolean
  sortable?: boolean
}

/** A column of whole numbers that are always known. */
export function countColumn<Row>(
  id: string,
  header: string,
  look: Pick<Column<Row>, 'width' | 'hideBelow'>,
  count: (row: Row) => number,
): Column<Row> {
  return {
    id,
    header,
    ...look,
    align: 'end',
    value: count,
    cell: (row) => formatCount(count(row)),
  }
}

export interface Sort {
  id: string
  descending: boolean
}

/** Ascending order of two known values of one column. */
export function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareNames(a, b)
  if (a === undefined || b === undefined) return 0
  return a < b ? -1 : a > b ? 1 : 0
}

const collator = new Intl.Collator('en', { numeric: true })

/** With numbers by size: orders-2 before orders-10. Distinct names are never equal. */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

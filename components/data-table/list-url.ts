// What every list keeps in the URL: filter, order, and which columns differ from the first view.

import { createParser, parseAsArrayOf, parseAsString } from 'nuqs'
import type { Column, Sort } from './column.ts'

/** ?sort=messages or, descending, ?sort=-messages */
export const parseAsSort = createParser<Sort>({
  parse: (text) => {
    const descending = text.startsWith('-')
    const id = descending ? text.slice(1) : text
    return id === '' ? null : { id, descending }
  },
  serialize: (sort) => `${sort.descending ? '-' : ''}${sort.id}`,
  eq: (a, b) => a.id === b.id && a.descending === b.descending,
})

export const listParsers = {
  q: parseAsString.withDefault(''),
  sort: parseAsSort,
  /** Columns whose visibility is not the one they have at first. */
  columns: parseAsArrayOf(parseAsString).withDefault([]),
}

/** The same list of toggled columns read either way: from the URL to hidden columns and back. */
export function hiddenColumns<Row>(
  columns: readonly Column<Row>[],
  toggled: readonly string[],
): Set<string> {
  const changed = new Set(toggled)
  return new Set(
    columns
      .filter(
        (column) =>
          column.fixed !== true && (column.hiddenAtFirst === true) !== changed.has(column.id),
      )
      .map((column) => column.id),
  )
}

export function toggledColumns<Row>(
  columns: readonly Column<Row>[],
  hidden: ReadonlySet<string>,
): string[] {
  return columns
    .filter((column) => (column.hiddenAtFirst === true) !== hidden.has(column.id))
    .map((column) => column.id)
}

'use client'
// The one table: sorted by TanStack Table, drawn row by row as it scrolls, driven by keyboard.
// It takes data and says what was chosen; where data, order and choice are kept is not its
// business. Every row is 32 px high, so that nothing moves when data changes.

import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowUp from 'lucide-react/icons/arrow-up'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { classNames } from '../ui/class-names.ts'
import { type Column, compareValues, type Sort } from './column.ts'
import { useRowKeys } from './table-keys.tsx'

export const rowHeight = 32

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
})

/** By the width of the table itself, which may stand beside something. */
const below = {
  sm: '@max-[520px]:hidden',
  md: '@max-[700px]:hidden',
  lg: '@max-[900px]:hidden',
  xl: '@max-[1060px]:hidden',
}

interface DataTableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  sort?: Sort | null
  onSort?: (sort: Sort) => void
  hidden?: ReadonlySet<string>
  onOpen?: (row: Row) => void
  /** The keyboard came to rest on this row. */
  onActive?: (row: Row) => void
  /** The row that is open beside the table. */
  currentId?: string | null
  /** Rows on screen, for columns that are filled in as they are seen. */
  onVisible?: (rows: readonly Row[]) => void
  /** Told how far the table is scrolled down. */
  onScrolled?: (top: number) => void
  rowClass?: (row: Row) => string | undefined
  empty?: ReactNode
  /** As high as its rows, instead of filling the place it is given. */
  natural?: boolean
}

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, sort = null, onSort, hidden, currentId, natural } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [activeId, setActiveId] = useState<string | null>(null)

  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: column.value,
        enableSorting: column.sortable !== false,
        sortUndefined: 'last' as const,
        sortFn: (
          a: { getValue: (id: string) => unknown },
          b: { getValue: (id: string) => unknown },
          id: string,
        ) => compareValues(a.getValue(id) as never, b.getValue(id) as never),
      })),
    [columns],
  )
  const sorting = useMemo(
    () => (sort === null ? [] : [{ id: sort.id, desc: sort.descending }]),
    [sort],
  )
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { sorting },
    onSortingChange: ignore,
  })
  const sorted = table.getRowModel().rows
  const shown = columns.filter((column) => hidden?.has(column.id) !== true)
  const indexOfActive = useMemo(
    () => (activeId === null ? -1 : sorted.findIndex((row) => row.id === activeId)),
    [sorted, activeId],
  )

  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => sorted[index]?.id ?? index,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 1000, height: 900 },
    // The head covers the first row when scrolling up to it.
    scrollPaddingStart: rowHeight,
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? -1
  const above = items[0]?.start ?? 0
  const under = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)

  const { onVisible } = props
  useEffect(() => {
    onVisible?.(sorted.slice(first, last + 1).map((row) => row.original))
  }, [onVisible, sorted, first, last])

  function goTo(index: number) {
    const row = sorted[index]
    if (row === undefined) return
    setActiveId(row.id)
    virtualizer.scrollToIndex(index)
    props.onActive?.(row.original)
    // The row may be drawn only after the scroll has been noticed.
    requestAnimationFrame(() => {
      scroller.current
        ?.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"]`)
        ?.focus({ preventScroll: true })
    })
  }
  function move(by: number) {
    const from = indexOfActive < 0 ? (by > 0 ? -1 : sorted.length) : indexOfActive
    goTo(Math.max(0, Math.min(sorted.length - 1, from + by)))
  }
  function open(index: number) {
    const row = sorted[index]
    if (row === undefined) return
    setActiveId(row.id)
    props.onOpen?.(row.original)
  }
  useRowKeys({ move, open: () => open(indexOfActive) })

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const inRow = event.target instanceof HTMLTableRowElement || event.target === scroller.current
    if (!inRow) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 2)
    switch (event.key) {
      case 'ArrowDown':
      case 'j':
        move(1)
        break
      case 'ArrowUp':
      case 'k':
        move(-1)
        break
      case 'PageDown':
        move(page)
        break
      case 'PageUp':
        move(-page)
        break
      case 'Home':
        goTo(0)
        break
      case 'End':
        goTo(sorted.length - 1)
        break
      case 'Enter':
        open(indexOfActive)
        break
      default:
        return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  function onRowClick(event: MouseEvent<HTMLTableRowElement>, index: number) {
    if (props.onOpen === undefined || event.button !== 0) return
    if ((event.target as Element).closest('a, button, input, label') !== null) return
    // Text that was just selected in the row is meant to be copied.
    if (window.getSelection()?.toString()) return
    open(index)
  }

  const focusable = indexOfActive < 0 ? first : indexOfActive
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach it from the rows inside.
    <div
      ref={scroller}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onScrolled?.(event.currentTarget.scrollTop)}
      tabIndex={sorted.length === 0 ? 0 : -1}
      className={classNames(
        '@container relative overflow-auto border-y [overflow-anchor:none]',
        natural ? 'max-h-[70vh]' : 'min-h-72 flex-1',
      )}
    >
      <table
        aria-label={label}
        aria-rowcount={sorted.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
      >
        <thead>
          <tr aria-rowindex={1}>
            {shown.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        {above > 0 && <Gap height={above} />}
        <tbody>
          {items.map(({ index }) => {
            const row = sorted[index]
            if (row === undefined) return null
            return (
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                aria-current={currentId === row.id ? 'true' : undefined}
                tabIndex={index === focusable ? 0 : -1}
                onFocus={() => setActiveId(row.id)}
                onClick={(event) => onRowClick(event, index)}
                className={classNames(
                  'h-8 hover:bg-hover aria-current:bg-active',
                  props.onOpen !== undefined && 'cursor-pointer',
                  props.rowClass?.(row.original),
                )}
              >
                {shown.map((column) => (
                  <td
                    key={column.id}
                    className={classNames(
                      'h-8 truncate border-line border-b px-2 first:pl-3 last:pr-3',
                      column.align === 'end' && 'figures text-right',
                      column.hideBelow !== undefined && below[column.hideBelow],
                    )}
                  >
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
        {under > 0 && <Gap height={under} />}
      </table>
      {sorted.length === 0 && (
        <div className="px-3 py-3 text-soft">{props.empty ?? 'Nothing here'}</div>
      )}
    </div>
  )
}

/** The order is held by the caller; the table's own wish to change it does not arise. */
function ignore(): void {}

/** The place of the rows that are not drawn. One cell wide: columns may be hidden by width. */
const Gap = ({ height }: { height: number }) => (
  <tbody aria-hidden="true">
    <tr>
      <td style={{ height, padding: 0 }} />
    </tr>
  </tbody>
)

interface HeadCellProps<Row> {
  column: Column<Row>
  sort: Sort | null
  onSort: ((sort: Sort) => void) | undefined
}

function HeadCell<Row>({ column, sort, onSort }: HeadCellProps<Row>) {
  const sorted = sort?.id === column.id ? sort : null
  const Arrow = sorted?.descending ? ArrowDown : ArrowUp
  const end = column.align === 'end'
  return (
    <th
      scope="col"
      style={column.width === undefined ? {} : { width: column.width }}
      {...(sorted === null ? {} : { 'aria-sort': sorted.descending ? 'descending' : 'ascending' })}
      className={classNames(
        'sticky top-0 z-10 h-8 truncate border-line border-b bg-sunk px-2 font-medium text-soft text-xs first:pl-3 last:pr-3',
        end ? 'text-right' : 'text-left',
        column.hideBelow !== undefined && below[column.hideBelow],
      )}
    >
      {onSort === undefined || column.sortable === false ? (
        column.header
      ) : (
        <button
          type="button"
          onClick={() =>
            onSort({ id: column.id, descending: sorted === null ? end : !sorted.descending })
          }
          className={classNames(
            'inline-flex h-7 max-w-full items-center gap-1 hover:text-text',
            end && 'flex-row-reverse',
            sorted !== null && 'text-text',
          )}
        >
          <span className="truncate">{column.header}</span>
          {sorted !== null && <Arrow aria-hidden className="size-3 shrink-0" />}
        </button>
      )}
    </th>
  )
}

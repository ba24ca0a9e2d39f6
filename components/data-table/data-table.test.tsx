import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Column, compareNames, type Sort } from './column.ts'
import { DataTable } from './data-table.tsx'
import { exportText } from './export.ts'
import { hiddenColumns, parseAsSort, toggledColumns } from './list-url.ts'
import { createRowKeysRegistry, RowKeysProvider } from './table-keys.tsx'

interface Line {
  name: string
  size: bigint | undefined
}

const columns: Column<Line>[] = [
  { id: 'name', header: 'Name', fixed: true, value: (row) => row.name, cell: (row) => row.name },
  {
    id: 'size',
    header: 'Size',
    align: 'end',
    value: (row) => row.size,
    cell: (row) => String(row.size ?? 'unknown'),
  },
  { id: 'note', header: 'Note', hiddenAtFirst: true, value: () => undefined, cell: () => '' },
]
const lines: Line[] = [
  { name: 'b', size: 9_007_199_254_740_993n },
  { name: 'a', size: undefined },
  { name: 'c', size: 9_007_199_254_740_992n },
]

beforeAll(() => {
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  // jsdom lays nothing out: give the table a place to draw its rows in.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800)
  Element.prototype.scrollTo = () => {}
  vi.spyOn(window, 'requestAnimationFrame').mockImplementation((run) => {
    run(0)
    return 0
  })
})
afterEach(cleanup)

const registry = createRowKeysRegistry()

function Example({ onOpen }: { onOpen?: (row: Line) => void }) {
  const [sort, setSort] = useState<Sort | null>(null)
  return (
    <RowKeysProvider registry={registry}>
      <DataTable
        label="Lines"
        columns={columns}
        rows={lines}
        rowId={(row) => row.name}
        sort={sort}
        onSort={setSort}
        hidden={hiddenColumns(columns, [])}
        {...(onOpen === undefined ? {} : { onOpen })}
      />
    </RowKeysProvider>
  )
}

const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('td')?.textContent)

describe('a table', () => {
  test('sorts 64-bit numbers exactly, and puts what is not known last either way', () => {
    render(<Example />)
    expect(names()).toEqual(['b', 'a', 'c'])
    fireEvent.click(screen.getByRole('button', { name: 'Size' }))
    expect(names()).toEqual(['b', 'c', 'a'])
    expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe(
      'descending',
    )
    fireEvent.click(screen.getByRole('button', { name: 'Size' }))
    expect(names()).toEqual(['c', 'b', 'a'])
  })

  test('is walked with arrows or j and k, and opened with Enter', () => {
    const onOpen = vi.fn()
    render(<Example onOpen={onOpen} />)
    const [, first, second] = screen.getAllByRole('row')
    act(() => first?.focus())
    fireEvent.keyDown(first as HTMLElement, { key: 'j' })
    expect(document.activeElement).toBe(second)
    fireEvent.keyDown(second as HTMLElement, { key: 'ArrowUp' })
    expect(document.activeElement).toBe(first)
    fireEvent.keyDown(first as HTMLElement, { key: 'End' })
    fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Enter' })
    expect(onOpen).toHaveBeenCalledWith(lines[2])
  })

  test('answers to the keys of the page when nothing has the focus', () => {
    const onOpen = vi.fn()
    render(<Example onOpen={onOpen} />)
    act(() => registry.current()?.move(1))
    expect(document.activeElement).toBe(screen.getAllByRole('row')[1])
    act(() => registry.current()?.open())
    expect(onOpen).toHaveBeenCalledWith(lines[0])
  })

  test('has one row in the order of focus', () => {
    render(<Example />)
    const stops = screen.getAllByRole('row').filter((row) => row.tabIndex === 0)
    expect(stops).toHaveLength(1)
  })
})

describe('a list in the URL', () => {
  test('keeps an order both ways', () => {
    for (const sort of [
      { id: 'size', descending: true },
      { id: 'name', descending: false },
    ]) {
      expect(parseAsSort.parse(parseAsSort.serialize(sort))).toEqual(sort)
    }
    expect(parseAsSort.parse('-')).toBeNull()
  })

  test('names the columns that differ from the first view', () => {
    expect([...hiddenColumns(columns, [])]).toEqual(['note'])
    const hidden = new Set(['size'])
    expect(toggledColumns(columns, hidden)).toEqual(['size', 'note'])
    expect([...hiddenColumns(columns, ['size', 'note'])]).toEqual(['size'])
    expect([...hiddenColumns(columns, ['name'])]).toEqual(['note'])
  })
})

describe('an export', () => {
  test('quotes what CSV needs quoted and defuses what a spreadsheet would run', () => {
    const rows = [
      { name: 'a,"b"', size: 1n },
      { name: '=HYPERLINK("x")', size: undefined },
    ]
    expect(exportText('csv', columns.slice(0, 2), rows)).toBe(
      'Name,Size\r\n"a,""b""",1\r\n"\'=HYPERLINK(""x"")",\r\n',
    )
  })

  test('keeps 64-bit numbers in JSON as strings', () => {
    expect(JSON.parse(exportText('json', columns, [lines[0] as Line]))).toEqual([
      { name: 'b', size: '9007199254740993', note: null },
    ])
  })
})

test('names with numbers stand in the order of the numbers', () => {
  expect(['a-10', 'a-2', 'A-1'].sort(compareNames)).toEqual(['A-1', 'a-2', 'a-10'])
})

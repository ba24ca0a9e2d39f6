// A whole table as CSV (RFC 4180) or JSON, saved by the browser as a file.

import type { CellValue, Column } from './column.ts'

export type ExportForm = 'csv' | 'json'

export function exportText<Row>(
  form: ExportForm,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  if (form === 'json') {
    const objects = rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column.id, jsonValue(exported(column, row))])),
    )
    return `${JSON.stringify(objects, null, 2)}\n`
  }
  const lines = [
    columns.map((column) => csvField(column.header)),
    ...rows.map((row) => columns.map((column) => csvField(String(exported(column, row) ?? '')))),
  ]
  return `${lines.map((fields) => fields.join(',')).join('\r\n')}\r\n`
}

function exported<Row>(column: Column<Row>, row: Row): CellValue {
  return column.text === undefined ? column.value(row) : column.text(row)
}

/** 64-bit integers stay exact as strings, as they are in the API. */
function jsonValue(value: CellValue): string | number | null {
  return typeof value === 'bigint' ? value.toString() : (value ?? null)
}

/** A leading = + - @ would be run as a formula by a spreadsheet; a quote before it stops that. */
function csvField(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

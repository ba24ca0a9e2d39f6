// The columns of a CSV export, as the query names them: parts of a record, or paths into its key,
// value and headers as lib/query writes them (value.items[].sku, header["trace id"]).

import { QueryError } from '../../../lib/query/condition.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import { ApiError } from '../problem.ts'
import type { Column } from './record-writers.ts'

const PLAIN = ['topic', 'partition', 'offset', 'timestamp', 'key', 'value', 'headers'] as const
const USUAL = ['partition', 'offset', 'timestamp', 'key', 'value'] as const
const COLUMNS_MAX = 500

export interface NamedColumn {
  name: string
  column: Column
}

/** Throws ApiError 400 that names the column. */
export function parseColumns(text: string | undefined): NamedColumn[] {
  if (text === undefined) return USUAL.map((kind) => ({ name: kind, column: { kind } }))
  const names = splitColumns(text)
  if (names.length > COLUMNS_MAX) throw invalid(`A file has at most ${COLUMNS_MAX} columns`)
  return names.map((name) => ({ name, column: columnOf(name) }))
}

/** At the commas that stand in no brackets. */
function splitColumns(text: string): string[] {
  const pieces = text.match(/(?:\[(?:"(?:[^"\\]|\\.)*"|[^"\]])*\]|[^,])+/g) ?? []
  return pieces.map((piece) => piece.trim())
}

function columnOf(name: string): Column {
  const plain = PLAIN.find((one) => one === name)
  if (plain !== undefined) return { kind: plain }
  const path = pathOf(name)
  if (path !== undefined && path.steps.length > 0) return { kind: 'path', path }
  throw invalid(
    `"${name}" is no column: there are ${PLAIN.join(', ')}, and paths such as value.amount`,
  )
}

function pathOf(name: string) {
  try {
    const condition = parseCondition(`exists ${name}`)
    return condition?.kind === 'exists' ? condition.path : undefined
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw invalid(`"${name}" is no path: ${error.message}`)
  }
}

function invalid(message: string): ApiError {
  return new ApiError(400, {
    code: 'invalid_parameter',
    message: `${message}.`,
    field: 'columns',
  })
}

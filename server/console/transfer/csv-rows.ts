// CSV on its way in: the first row names the columns, each other row is a record.
//
// Fields are kept as bytes, so that what is sent is what stands in the file. Nothing between two
// delimiters is null, and "" is empty. A row with more or fewer fields than there are columns, or
// with a quote in the middle of a field, is refused with its reason, and the next row goes on. A
// quote that is closed wrongly or never would swallow rows unseen: its row is refused by the line
// where the quote opens, and what follows is not read.

import { isUtf8 } from 'node:buffer'
import { Readable, type TransformOptions } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CastingFunction, type CsvError, type Options, parse } from 'csv-parse'
import { ApiError } from '../problem.ts'
import { type Draft, FileError, type FileLine, LINE_BYTES_MAX, shownText } from './import-line.ts'

const FIELDS_MAX = 10_000
const ROWS_AHEAD = 16
const CRLF = Buffer.from('\r\n')

export interface CsvOptions {
  delimiter: string
  keyColumn: string | undefined
  valueColumn: string | undefined
  rowBytesMax?: number
}

type Field = Buffer | null
interface Row {
  record: Field[]
  info: { lines: number }
}
interface BadRow {
  line: number
  reason: string
  /** Where the rows after it begin cannot be told. */
  isLast: boolean
  /** Where the field that is being read was opened; told of the last one. */
  open?: OpenField
}

/** The field behind the last that was whole. Lines as csv-parse counts them. */
interface OpenField {
  line: number
  /** Line ends of two bytes in the fields before it in its row. */
  twice: number
}

/** Resolves when the columns are known; rejects with ApiError when they are not what was asked. */
export async function readCsv(
  file: AsyncIterable<Buffer>,
  options: CsvOptions,
): Promise<AsyncGenerator<FileLine>> {
  const bytesMax = options.rowBytesMax ?? LINE_BYTES_MAX
  const bad: BadRow[] = []
  const fields = new Fields(bytesMax, (row) => bad.push(row))
  const settings: Options & Pick<TransformOptions, 'readableHighWaterMark'> = {
    // Fields as bytes.
    encoding: null,
    delimiter: options.delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    info: true,
    max_record_size: bytesMax,
    skip_records_with_error: true,
    on_skip: (error) => {
      const row = { ...badRowOf(error), open: fields.open }
      if (row.isLast || bad.at(-1)?.line !== row.line) bad.push(row)
      return undefined
    },
    cast: fields.take as unknown as CastingFunction,
    readableHighWaterMark: ROWS_AHEAD,
  }
  const parser = parse(settings)
  // Its failure comes out of the parser too, where it is read.
  pipeline(Readable.from(untilLast(file, bad)), parser).catch(() => undefined)
  const rows = parser[Symbol.asyncIterator]() as AsyncIterator<Row>
  const first = await rows.next()
  if (bad[0]?.line === 1) throw new FileError(`Line 1: ${bad[0].reason}`)
  if (first.done === true) throw invalid('The file is empty: its first row names the columns.')
  const columns = new Columns(first.value.record, options)
  return linesOf(rows, columns, bad, first.value.info.lines)
}

/** What follows the last row that can be told apart is not read: it would only be swallowed. */
async function* untilLast(
  file: AsyncIterable<Buffer>,
  bad: readonly BadRow[],
): AsyncGenerator<Buffer> {
  for await (const chunk of file) {
    if (bad.some(({ isLast }) => isLast)) return
    yield chunk
  }
}

async function* linesOf(
  rows: AsyncIterator<Row>,
  columns: Columns,
  bad: BadRow[],
  headerLines: number,
): AsyncGenerator<FileLine> {
  let last = headerLines
  /** Line ends of two bytes inside quotes, which csv-parse counts twice. */
  let twice = 0
  const refusals = function* (before: number): Generator<FileLine> {
    while (bad[0] !== undefined && bad[0].line <= before) {
      const { line, reason, isLast, open } = bad[0]
      if (!isLast) {
        bad.shift()
        last = Math.max(last, line)
        yield { line: line - twice, text: () => '', refusal: reason }
        continue
      }
      const row = last + 1 - twice
      const opened = Math.max(row, open === undefined ? 0 : open.line - twice - open.twice)
      const where = opened === row ? '' : ` The row begins in line ${row}.`
      yield { line: opened, text: () => '', refusal: `${reason}${where}` }
      throw new FileError(
        `Line ${opened}: ${reason}${where} What follows is not read, since nobody can tell where its rows begin.`,
        opened,
      )
    }
  }
  try {
    for (;;) {
      const next = await rows.next()
      if (next.done === true) break
      const { record, info } = next.value
      yield* refusals(info.lines)
      const line = last + 1 - twice
      last = info.lines
      twice += countCrlf(record)
      // An empty line.
      if (record.length === 1 && record[0] === null) continue
      const text = () => shownText(textOf(record))
      yield { line, text, ...columns.read(record) }
    }
    yield* refusals(Number.POSITIVE_INFINITY)
  } finally {
    await rows.return?.()
  }
}

/** Which fields of a row are the key and the value. */
class Columns {
  private readonly names: readonly string[]
  private readonly key: number | undefined
  private readonly value: number | undefined

  constructor(header: readonly Field[], { keyColumn, valueColumn }: CsvOptions) {
    if (header.some((name) => name !== null && !isUtf8(name))) {
      throw invalid('The names of the columns are not UTF-8.')
    }
    this.names = header.map((name) => name?.toString() ?? '')
    const twice = this.names.find((name, at) => this.names.indexOf(name) !== at)
    if (twice !== undefined) throw invalid(`The column "${twice}" stands twice in the first row.`)
    this.key = this.find('keyColumn', keyColumn)
    this.value = this.find('valueColumn', valueColumn)
  }

  read(row: readonly Field[]): { draft: Draft } | { refusal: string } {
    if (row.length !== this.names.length) {
      const fields = row.length === 1 ? 'field' : 'fields'
      return {
        refusal: `The row has ${row.length} ${fields}, and there are ${this.names.length} columns.`,
      }
    }
    const key = this.key === undefined ? null : (row[this.key] ?? null)
    if (this.value !== undefined) {
      return { draft: { key, value: row[this.value] ?? null, headers: [] } }
    }
    if (row.some((field) => field !== null && !isUtf8(field))) {
      return { refusal: 'The row is not UTF-8.' }
    }
    return { draft: { key, value: this.objectOf(row), headers: [] } }
  }

  /** Every field stays text: whether 007 is a number is not ours to say. */
  private objectOf(row: readonly Field[]): Buffer {
    const members = row.map(
      (field, at) =>
        `${JSON.stringify(this.names[at])}:${field === null ? 'null' : JSON.stringify(field.toString())}`,
    )
    return Buffer.from(`{${members.join(',')}}`)
  }

  private find(field: string, name: string | undefined): number | undefined {
    if (name === undefined) return undefined
    const at = this.names.indexOf(name)
    if (at >= 0) return at
    const known = this.names.slice(0, 50).join(', ')
    throw invalid(`There is no column "${name}" in the first row; there are ${known}.`, field)
  }
}

/** csv-parse bounds a field; this bounds the row, tells null from empty, and where a field opens. */
class Fields {
  /** Of the field that is read now. */
  open: OpenField = { line: 1, twice: 0 }
  private readonly bytesMax: number
  private readonly refuse: (row: BadRow) => void
  private bytes = 0
  private twice = 0

  constructor(bytesMax: number, refuse: (row: BadRow) => void) {
    this.bytesMax = bytesMax
    this.refuse = refuse
  }

  readonly take = (
    field: Buffer,
    { quoting, index, lines }: { quoting: boolean; index: number; lines: number },
  ): Field => {
    if (index === 0) {
      this.bytes = 0
      this.twice = 0
    }
    this.bytes += field.length
    this.twice += quoting ? countCrlf([field]) : 0
    this.open = { line: lines, twice: this.twice }
    if (this.bytes > this.bytesMax || index === FIELDS_MAX) {
      const reason = `The row has more than ${this.bytesMax} bytes or ${FIELDS_MAX} fields; perhaps a quote is not closed, or the delimiter is another.`
      this.refuse({ line: lines, reason, isLast: true })
      return null
    }
    return field.length === 0 && !quoting ? null : field
  }
}

function badRowOf(error: CsvError | undefined): BadRow {
  const line = Number(error?.lines ?? 0)
  switch (error?.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return {
        line,
        reason: 'A field that begins here is too long; perhaps its quote is not closed.',
        isLast: true,
      }
    case 'CSV_QUOTE_NOT_CLOSED':
      return { line, reason: 'A quote opens here and is never closed.', isLast: true }
    case 'INVALID_OPENING_QUOTE':
      return {
        line,
        reason: 'There is a quote inside a field that does not begin with one.',
        isLast: false,
      }
    case 'CSV_INVALID_CLOSING_QUOTE':
      return {
        line,
        reason: 'The quoted field that begins here ends before something that is no delimiter.',
        isLast: true,
      }
    default:
      return { line, reason: error?.message ?? 'The row cannot be read.', isLast: true }
  }
}

function countCrlf(row: readonly Field[]): number {
  let count = 0
  for (const field of row) {
    if (field === null) continue
    for (let at = field.indexOf(CRLF); at >= 0; at = field.indexOf(CRLF, at + 2)) count++
  }
  return count
}

function textOf(row: readonly Field[]): Buffer {
  const fields = row.slice(0, 500).map((field) => field?.subarray(0, 2_000) ?? Buffer.alloc(0))
  return Buffer.concat(
    fields.flatMap((field, at) => (at === 0 ? [field] : [Buffer.from(','), field])),
  )
}

function invalid(message: string, field = 'body'): ApiError {
  return new ApiError(400, { code: 'invalid_parameter', message, field })
}

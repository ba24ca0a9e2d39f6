// The whole result of a query as a file: what a search finds, without an end to how much.
//
// Pieces come written from the search threads and are joined to chunks here, as fast as the
// reader takes them. A file says nothing about itself, so one that cannot be completed must not
// look complete: the stream fails, and the connection is cut.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { ExportQuery, SearchLine } from '../../../lib/contracts/search.ts'
import type { FileStream } from '../http/handlers.ts'
import { ApiError } from '../problem.ts'
import type { SearchEvent } from '../search/search.ts'
import { parseColumns } from './columns.ts'
import { encodingOf, type FileOutput, writeCsvRow } from './record-writers.ts'
import { avroFile, type RowBlock } from './table/avro-file.ts'
import type { ChosenTable } from './table/choose.ts'

/** What an export needs of the console. */
export interface ExportTools {
  /** Begins the search of a query, whose matches come as `output` writes them. */
  begin(query: ExportQuery, limit: number, output: FileOutput): Promise<AsyncGenerator<SearchEvent>>
  /** Which schemas the columns of a file of these topics have. */
  chooseTable(topics: string): Promise<ChosenTable>
  /** A Parquet file of rows of this schema, made in a thread. */
  parquet(schema: string, blocks: AsyncIterable<RowBlock>): AsyncIterable<Uint8Array>
}

const CHUNK_CHARACTERS = 128 * 1024
const TYPES = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  raw: 'application/octet-stream',
  avro: 'application/avro',
  parquet: 'application/vnd.apache.parquet',
} as const

export async function exportMessages(
  query: ExportQuery,
  clusterId: string,
  tools: ExportTools,
): Promise<FileStream> {
  if (query.until === 'never') {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: 'A file needs an end: "until" cannot be never.',
      field: 'until',
    })
  }
  const { output, file } = await formatOf(query, tools)
  const events = await tools.begin(query, query.limit ?? Number.POSITIVE_INFINITY, output)
  await checkBeginning(events)
  return {
    chunks: file(blocksOf(events, encodingOf(output))),
    contentType: TYPES[query.format],
    fileName: fileNameOf(clusterId, query),
  }
}

interface FileFormat {
  output: FileOutput
  /** The bytes of the file. */
  file: (blocks: AsyncGenerator<RowBlock>) => AsyncIterable<Uint8Array>
}

async function formatOf(query: ExportQuery, tools: ExportTools): Promise<FileFormat> {
  switch (query.format) {
    case 'csv': {
      const columns = parseColumns(query.columns)
      const header = writeCsvRow(columns.map(({ name }) => name))
      const output: FileOutput = { kind: 'csv', columns: columns.map(({ column }) => column) }
      return { output, file: (blocks) => joined(blocks, Buffer.from(header)) }
    }
    case 'avro':
    case 'parquet': {
      const { keys, schema } = await tools.chooseTable(query.topics)
      const isAvro = query.format === 'avro'
      return {
        output: { kind: 'table', keys },
        file: (blocks) =>
          isAvro ? avroFile(schema, query.compression, blocks) : tools.parquet(schema, blocks),
      }
    }
    default:
      return { output: { kind: query.format }, file: (blocks) => joined(blocks) }
  }
}

async function* joined(
  blocks: AsyncIterable<RowBlock>,
  header?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (header !== undefined) yield header
  for await (const { bytes } of blocks) yield bytes
}

/** What is known to be missing before anything is sent is an answer with a status of its own. */
async function checkBeginning(events: AsyncGenerator<SearchEvent>): Promise<void> {
  const first = await events.next()
  const line = first.done === true || first.value.kind === 'match' ? undefined : first.value.line
  if (line?.type !== 'began') throw new Error('a search that does not begin')
  const problem = line.partitions.find((one) => one.problem !== undefined)?.problem
  if (problem === undefined) return
  await events.return(undefined)
  throw new ApiError(503, problem)
}

/** What the matches became, some at a time. */
async function* blocksOf(
  events: AsyncGenerator<SearchEvent>,
  encoding: 'utf8' | 'latin1',
): AsyncGenerator<RowBlock> {
  let pieces: string[] = []
  let length = 0
  const take = (): RowBlock => {
    const block = { count: pieces.length, bytes: Buffer.from(pieces.join(''), encoding) }
    pieces = []
    length = 0
    return block
  }
  for await (const event of events) {
    if (event.kind === 'match') {
      const piece = String(event.document)
      pieces.push(piece)
      length += piece.length
      if (length >= CHUNK_CHARACTERS) yield take()
      continue
    }
    if (length > 0) yield take()
    const failure = failureOf(event.line)
    if (failure !== undefined) throw failure
    if (event.line.type === 'end') return
  }
  throw new IncompleteFileError({ code: 'ended', message: 'The search ended without a word.' })
}

/** Why the file cannot be completed; what is only worth a remark about the search is let pass. */
function failureOf(line: SearchLine): Error | undefined {
  if (line.type !== 'end' || line.reason === 'covered' || line.reason === 'limit') return undefined
  const problem = line.progress.partitions.find((one) => one.problem !== undefined)?.problem
  return new IncompleteFileError(
    problem ?? { code: 'stopped', message: 'The search was stopped before its end.' },
  )
}

/** Cuts the connection; the message is for the log. */
export class IncompleteFileError extends Error {
  constructor(problem: Problem) {
    super(`An exported file could not be completed: ${problem.message}`)
    this.name = 'IncompleteFileError'
  }
}

function fileNameOf(clusterId: string, { topics, format }: ExportQuery): string {
  const name = topics.replaceAll('*', '_').replaceAll(',', '+').slice(0, 100)
  const ending = format === 'raw' ? 'txt' : format
  return `${clusterId}-${name}.${ending}`
}

// NDJSON on its way in: a file cut into lines, and each line read as a record or as a value.
//
// A value is sent as the bytes that stand in the line, so that no number is harmed and no space
// is moved; it only has to be JSON. Of a record the payloads are read as the export writes them.

import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { type FileRecord, fileRecord } from '../../../lib/contracts/search.ts'
import { bytesOf, PayloadError, timestampOf } from '../produce/outgoing.ts'
import { type Draft, type FileLine, LINE_BYTES_MAX, shownText } from './import-line.ts'

const LF = 0x0a
const CR = 0x0d
const BLANK = /^[ \t\r]*$/

export interface NdjsonOptions {
  lines: 'records' | 'values'
  keepPartitions: boolean
  lineBytesMax?: number
}

export async function* readNdjson(
  file: AsyncIterable<Buffer>,
  options: NdjsonOptions,
): AsyncGenerator<FileLine> {
  const bytesMax = options.lineBytesMax ?? LINE_BYTES_MAX
  let line = 0
  for await (const { bytes, isCut } of cutIntoLines(file, bytesMax)) {
    line++
    if (!isCut && bytes.length < 100 && BLANK.test(bytes.toString('latin1'))) continue
    const shown = { line, text: () => shownText(bytes) }
    if (isCut) yield { ...shown, refusal: `The line is longer than ${bytesMax} bytes.` }
    else yield { ...shown, ...readLine(bytes, options) }
  }
}

interface CutLine {
  bytes: Buffer
  /** Only the beginning: the line is too long. */
  isCut: boolean
}

/** Lines without their ends. What is over the limit is passed over as it comes, and not kept. */
async function* cutIntoLines(
  file: AsyncIterable<Buffer>,
  bytesMax: number,
): AsyncGenerator<CutLine> {
  let parts: Buffer[] = []
  let length = 0
  const add = (part: Buffer) => {
    const room = bytesMax + 1 - length
    if (room > 0 && part.length > 0) parts.push(part.subarray(0, room))
    length += part.length
  }
  const take = (): CutLine => {
    const [first = Buffer.alloc(0)] = parts
    const whole = parts.length > 1 ? Buffer.concat(parts) : first
    const isCut = length > bytesMax
    parts = []
    length = 0
    return { bytes: whole.at(-1) === CR ? whole.subarray(0, -1) : whole, isCut }
  }
  for await (const chunk of file) {
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      add(chunk.subarray(from, end))
      yield take()
      from = end + 1
    }
    add(chunk.subarray(from))
  }
  if (length > 0) yield take()
}

function readLine(
  bytes: Buffer,
  { lines, keepPartitions }: NdjsonOptions,
): { draft: Draft } | { refusal: string } {
  if (!isUtf8(bytes)) return { refusal: 'The line is not UTF-8.' }
  let json: unknown
  try {
    json = JSON.parse(bytes.toString())
  } catch (error) {
    return { refusal: `Not JSON: ${(error as Error).message}.` }
  }
  if (lines === 'values') return { draft: { key: null, value: bytes, headers: [] } }
  const parsed = fileRecord.safeParse(json)
  if (!parsed.success) return { refusal: reasonOf(parsed.error) }
  try {
    return { draft: draftOf(parsed.data, keepPartitions) }
  } catch (error) {
    if (error instanceof PayloadError) return { refusal: `A payload ${error.message}.` }
    throw error
  }
}

function draftOf(record: FileRecord, keepPartitions: boolean): Draft {
  return {
    key: bytesOf(record.key ?? null),
    value: bytesOf(record.value),
    headers: (record.headers ?? []).map(({ key, value }) => {
      bytesOf(key)
      return { key, value: bytesOf(value) }
    }),
    ...(record.timestamp === undefined ? {} : { timestamp: timestampOf(`${record.timestamp}`) }),
    ...(keepPartitions && record.partition !== undefined ? { partition: record.partition } : {}),
  }
}

function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0]
  const field = issue === undefined ? '' : z.core.toDotPath(issue.path)
  const about = field === '' ? 'Not a record' : `"${field}" is not valid`
  return `${about}: ${issue?.message ?? 'unknown reason'}.`.replace(/\.\.$/, '.')
}

// For tests of searches: conditions tested the slow and obvious way, and logs in memory.

import { isSafeNumber, LosslessNumber, parse } from 'lossless-json'
import { decodePayload } from '../../../lib/decode/index.ts'
import { timeLiteral } from '../../../lib/query/compile.ts'
import type { Condition } from '../../../lib/query/condition.ts'
import { escapeRegex } from '../../../lib/query/format.ts'
import { compileTest, someAt } from '../../../lib/query/values.ts'
import { KafkaError } from '../../client/errors.ts'
import type { AbortedTransaction } from '../../client/fetch.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import type { Fetched, ScanSource, TopicPartition } from './scan-source.ts'

export interface PlainRecord {
  topic: string
  partition: number
  offset: bigint
  timestamp: bigint
  key: Buffer | null
  value: Buffer | null
  headers: { key: string; value: Buffer | null }[]
}

function shown(bytes: Buffer | null): string | undefined {
  return decodePayload(bytes, { textMax: Number.MAX_SAFE_INTEGER })?.text
}

/** With every digit, as the meaning of a condition has it. */
function decoded(bytes: Buffer | null): unknown {
  const payload = decodePayload(bytes, { textMax: Number.MAX_SAFE_INTEGER })
  if (payload === null) return null
  if (payload.decoder === 'int32' || payload.decoder === 'float64') return Number(payload.text)
  if (payload.decoder === 'int64') return BigInt(payload.text)
  if (!['json', 'connect-json', 'messagepack', 'cbor'].includes(payload.decoder))
    return payload.text
  const parseNumber = (text: string) =>
    isSafeNumber(text) ? Number(text) : new LosslessNumber(text)
  return parse(payload.text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
}

/** Decodes everything and looks at it. */
export function plainlyMatches(condition: Condition | undefined, record: PlainRecord): boolean {
  if (condition === undefined) return true
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => plainlyMatches(part, record))
    case 'or':
      return condition.parts.some((part) => plainlyMatches(part, record))
    case 'not':
      return !plainlyMatches(condition.part, record)
    case 'text':
    case 'regex': {
      const pattern =
        condition.kind === 'regex'
          ? new RegExp(condition.source, condition.flags)
          : new RegExp(escapeRegex(condition.needle), condition.ignoreCase ? 'i' : '')
      return textsOf(condition, record).some((text) => text !== undefined && pattern.test(text))
    }
    case 'isNull':
      return record[condition.part] === null
    case 'exists':
    case 'compare': {
      const { path } = condition
      const test =
        condition.kind === 'exists'
          ? () => true
          : compileTest(
              condition.operator,
              path.root === 'timestamp' ? condition.operands.map(timeLiteral) : condition.operands,
            )
      const isWhole = condition.kind === 'exists' && path.steps.length === 0
      switch (path.root) {
        case 'header': {
          const [name] = path.steps
          return record.headers
            .filter(({ key }) => name?.kind === 'name' && key === name.name)
            .some(({ value }) => someAt(decoded(value), path.steps, test, 1))
        }
        case 'key':
        case 'value': {
          const bytes = record[path.root]
          if (bytes === null) return false
          return isWhole || someAt(decoded(bytes), path.steps, test)
        }
        case 'size':
          return test(record.value?.length ?? null)
        case 'keySize':
          return test(record.key?.length ?? null)
        default:
          return test(record[path.root])
      }
    }
    case 'script':
      throw new Error('scripts are not tested plainly')
  }
}

function textsOf(
  { part, header }: Extract<Condition, { kind: 'text' | 'regex' }>,
  record: PlainRecord,
): (string | undefined)[] {
  switch (part) {
    case 'key':
    case 'value':
      return [shown(record[part])]
    case 'header':
      return record.headers.filter(({ key }) => key === header).map(({ value }) => shown(value))
    case 'any':
      return [
        shown(record.key),
        shown(record.value),
        ...record.headers.flatMap(({ key, value }) => [key, shown(value)]),
      ]
  }
}

export interface MemoryBatch {
  base: bigint
  /** The offset after its last. */
  end: bigint
  bytes: Buffer
}

export interface MemoryLog {
  start: bigint
  end: bigint
  batches: MemoryBatch[]
  /** Each with the offset of its marker. */
  aborted: (AbortedTransaction & { marker: bigint })[]
}

/** Answers as a broker does: whole batches, the first at or around the offset, up to a size. */
export class MemorySource implements ScanSource {
  private readonly logs: ReadonlyMap<string, MemoryLog>
  bytesRead = 0
  reads = 0

  constructor(logs: ReadonlyMap<string, MemoryLog>) {
    this.logs = logs
  }

  async fetch(place: TopicPartition, offset: bigint, bytesMax: number): Promise<Fetched> {
    this.reads++
    const log = this.logOf(place)
    if (offset < log.start || offset > log.end) {
      throw new KafkaError(ErrorCode.OFFSET_OUT_OF_RANGE, 'memory', `${place.topic}`)
    }
    const first = log.batches.findIndex(({ end }) => end > offset)
    const chosen: Buffer[] = []
    let bytes = 0
    for (const batch of first < 0 ? [] : log.batches.slice(first)) {
      if (bytes > 0 && bytes + batch.bytes.length > bytesMax) {
        // What does not fit is cut off.
        chosen.push(batch.bytes.subarray(0, bytesMax - bytes))
        break
      }
      chosen.push(batch.bytes)
      bytes += batch.bytes.length
    }
    const records = Buffer.concat(chosen)
    this.bytesRead += records.length
    const aborted = log.aborted.filter(({ marker }) => marker >= offset)
    return { records, end: log.end, aborted }
  }

  async bounds(place: TopicPartition): Promise<{ start: bigint; end: bigint }> {
    const { start, end } = this.logOf(place)
    return { start, end }
  }

  private logOf({ topic, partition }: TopicPartition): MemoryLog {
    const log = this.logs.get(`${topic}-${partition}`)
    if (log === undefined) throw new Error(`no log ${topic}-${partition}`)
    return log
  }
}

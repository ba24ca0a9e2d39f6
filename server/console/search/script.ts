// Conditions in JavaScript: candidates are handed to a sandbox many at a time, and those for
// which the expression is true come back.
//
// An error that the script throws on a record makes it no match; such errors are counted and told
// once in a while. A script that does not end, or that runs out of memory, ends the search.

import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { Problem } from '../../../lib/contracts/common.ts'
import { ApiError } from '../problem.ts'
import type { Candidate } from './batch-scanner.ts'
import type { Sieve } from './partition-scan.ts'
import { PayloadBytes } from './payload-view.ts'
import { Sandbox, SandboxError } from './sandbox.ts'
import { needsOf, type ScriptNeeds } from './script-fields.ts'

const RECORDS_PER_CALL = 500
/** Of JSON that is handed over at once. */
const TEXT_PER_CALL = 4 * 1024 * 1024
const COMPILE_MS_MAX = 2_000
const CALL_MS_MAX = 500
const PARTS = 8
/** For one chunk of a partition: less than it takes to count as hanging. */
const CHUNK_MS_MAX = 6_000
/** Where the source begins in the code around it. */
const LINES_BEFORE = 1

const wrap = (
  body: string,
) => `(function (value, key, headers, offset, partition, timestamp, topic) { "use strict"; ${body}
})`
const asExpression = (source: string) => wrap(`return (\n${source}\n);`)
const asBody = (source: string) => wrap(`\n${source}`)

/**
 * Answers which rows match, as their numbers, how many the test failed on, and the last error.
 * What the script could reach is kept apart: it may change what JSON or String are.
 */
const JUDGE_OF = `function (test) {
  const parse = JSON.parse, text = String, Internal = InternalError
  Object.freeze(globalThis)
  return (rows, topic) => {
    let hits = '', failures = 0, failure = ''
    const all = parse(rows)
    for (let at = 0; at < all.length; at++) {
      const row = all[at]
      try {
        if (test(row[0], row[1], row[2], row[3], row[4], row[5], topic)) hits += at + ' '
      } catch (error) {
        // After that the machine is of no use any more; what it throws then may be nothing at all.
        if (error === null || error === undefined || error.message === 'out of memory') throw error
        failures++
        try { failure = text(error) } catch {}
      }
    }
    return hits + '\\n' + failures + '\\n' + failure
  }
}`

export class Script {
  private readonly sandbox: Sandbox
  private readonly judge: QuickJSHandle
  private readonly needs: ScriptNeeds
  private readonly view = new PayloadBytes()
  private failures = 0
  private failure = ''
  private told = 0

  private constructor(sandbox: Sandbox, judge: QuickJSHandle, needs: ScriptNeeds) {
    this.sandbox = sandbox
    this.judge = judge
    this.needs = needs
  }

  /** Throws ApiError 400 that says where the mistake is. */
  static async create(source: string): Promise<Script> {
    const sandbox = await Sandbox.create()
    try {
      const code = compile(sandbox, source)
      const judge = sandbox.evaluate(`(${JUDGE_OF})(${code})`, COMPILE_MS_MAX)
      return new Script(sandbox, judge, needsOf(source))
    } catch (error) {
      sandbox.dispose()
      throw refusalOfScript(error, source)
    }
  }

  readonly sieve: Sieve = (candidates, topic) => {
    const found: Candidate[] = []
    let rows: string[] = []
    let length = 0
    let from = 0
    const startedAt = performance.now()
    const judge = (to: number) => {
      if (to === from) return
      if (performance.now() - startedAt > CHUNK_MS_MAX) throw tooSlow(from)
      for (const hit of this.hits(rows, topic)) {
        const candidate = candidates[from + hit]
        if (candidate !== undefined) found.push(candidate)
      }
      rows = []
      length = 0
      from = to
    }
    candidates.forEach((candidate, at) => {
      const row = this.rowOf(candidate)
      if (rows.length >= RECORDS_PER_CALL || length + row.length > TEXT_PER_CALL) judge(at)
      rows.push(row)
      length += row.length
    })
    judge(candidates.length)
    return found
  }

  /** Errors since the last time, as one problem. */
  takeProblems(): Problem[] {
    if (this.failures === this.told) return []
    this.told = this.failures
    const records = this.failures === 1 ? '1 record' : `${this.failures} records`
    return [
      {
        code: 'script_failed',
        message: `The script failed on ${records} so far, which count as no match. The last time: ${this.failure}.`,
        field: 'match',
      },
    ]
  }

  dispose(): void {
    if (this.judge.alive) this.judge.dispose()
    this.sandbox.dispose()
  }

  /** Rows that take too long together are tried in parts, so that one slow record is found. */
  private hits(rows: readonly string[], topic: string): number[] {
    try {
      const answer = this.sandbox.call(this.judge, [`[${rows.join(',')}]`, topic], CALL_MS_MAX)
      const [hits = '', failures = '', ...failure] = answer.split('\n')
      if (failures !== '0') {
        this.failures += Number(failures)
        this.failure = failure.join(' ').slice(0, 200)
      }
      return hits === '' ? [] : hits.trimEnd().split(' ').map(Number)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      if (error.reason === 'deadline' && rows.length > 1) return this.hitsInParts(rows, topic)
      throw ended(error)
    }
  }

  private hitsInParts(rows: readonly string[], topic: string): number[] {
    const size = Math.ceil(rows.length / PARTS)
    const hits: number[] = []
    for (let from = 0; from < rows.length; from += size) {
      for (const hit of this.hits(rows.slice(from, from + size), topic)) hits.push(from + hit)
    }
    return hits
  }

  private rowOf({ record }: Candidate): string {
    const { needs, view } = this
    let row = needs.value === 'none' ? '[null' : `[${this.valueOf(record.value, needs.value)}`
    if (needs.key || needs.headers || needs.place) {
      let key = 'null'
      if (needs.key) {
        setView(view, record.key)
        key = textOf(view.data())
      }
      row += `,${key}`
    }
    if (needs.headers || needs.place) {
      row += needs.headers ? `,${this.headersOf(record.headers)}` : ',0'
    }
    if (!needs.place) return `${row}]`
    const { offset, partition, timestamp } = record
    return `${row},${numberOf(offset)},${partition},${numberOf(timestamp)}]`
  }

  private valueOf(bytes: Buffer | null, fields: readonly string[] | 'all'): string {
    const { view } = this
    setView(view, bytes)
    const data = view.data()
    if (fields === 'all' || typeof data !== 'object' || data === null || Array.isArray(data)) {
      return textOf(data)
    }
    let text = ''
    for (const field of fields) {
      if (!Object.hasOwn(data, field)) continue
      const value = (data as Record<string, unknown>)[field]
      // JSON has no number that is not finite but what is too large for a double.
      const written = Number.isFinite(value) ? String(value) : JSON.stringify(value)
      text += `${text === '' ? '{' : ','}"${field}":${written}`
    }
    return text === '' ? '{}' : `${text}}`
  }

  /** By name; of several with one name the last counts. */
  private headersOf(headers: readonly { key: string; value: Buffer | null }[]): string {
    const { view } = this
    const texts = headers.map(({ key, value }): [string, string | null] => {
      setView(view, value)
      return [key, view.text() ?? null]
    })
    return JSON.stringify(Object.fromEntries(texts))
  }
}

/** The code of a function that is known to compile. Throws SandboxError. */
function compile(sandbox: Sandbox, source: string): string {
  const expression = asExpression(source)
  try {
    sandbox.evaluate(expression, COMPILE_MS_MAX).dispose()
    return expression
  } catch (error) {
    if (!/\breturn\b/.test(source)) throw error
    const body = asBody(source)
    sandbox.evaluate(body, COMPILE_MS_MAX).dispose()
    return body
  }
}

/** Throws ApiError 400 when the script cannot be compiled. */
export async function checkScript(source: string): Promise<void> {
  const script = await Script.create(source)
  script.dispose()
}

function setView(view: PayloadBytes, bytes: Buffer | null): void {
  if (bytes === null) view.set(EMPTY, 0, -1)
  else view.set(bytes, 0, bytes.length)
}

const EMPTY = Buffer.alloc(0)

function textOf(data: unknown): string {
  if (typeof data === 'bigint') return numberOf(data)
  return JSON.stringify(data) ?? 'null'
}

/** A number where a double holds it, else its digits as text. */
function numberOf(value: bigint): string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? String(number) : `"${value}"`
}

function tooSlow(records: number): ApiError {
  return new ApiError(400, {
    code: 'condition_too_slow',
    message: `The script took ${CHUNK_MS_MAX / 1000} s for ${records} records, so the search was ended.`,
    field: 'match',
  })
}

function ended(error: SandboxError): ApiError {
  const isSlow = error.reason === 'deadline'
  return new ApiError(400, {
    code: isSlow ? 'condition_too_slow' : 'condition_out_of_memory',
    message: isSlow
      ? `The script did not end within ${CALL_MS_MAX} ms on one record, so the search was ended.`
      : 'The script used more memory than it may have, so the search was ended.',
    field: 'match',
  })
}

/** Where in the source a mistake is, as near as the compiler says. */
function refusalOfScript(error: unknown, source: string): unknown {
  if (!(error instanceof SandboxError)) return error
  if (error.reason !== 'thrown') return ended(error)
  const lines = source.split('\n')
  const line = Math.min(Math.max((error.line ?? 1) - 1 - LINES_BEFORE, 0), lines.length - 1)
  const before = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0)
  const column = Math.min(Math.max((error.column ?? 1) - 1, 0), lines[line]?.length ?? 0)
  return new ApiError(400, {
    code: 'invalid_query',
    message: `The script cannot be run: ${error.message}.`,
    field: 'match',
    at: before + column,
    length: 1,
  })
}

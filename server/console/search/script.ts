// Conditions in JavaScript: candidates are handed to a sandbox many at a time, and those for
// which the expression is true come back.
//
// An error that the script throws on a record makes it no match; such errors are counted and told
// once in a while. A script that does not end, or that runs out of memory, ends the search.

import type { QuickJSHandle } from 'quickjs-emscripten-core'
import type { Problem } from '../../../lib/contracts/common.ts'
import { compileScript, type ScriptTest } from '../../../lib/query/script/evaluate.ts'
import { needsOf, type ScriptNeeds } from '../../../lib/query/script/needs.ts'
import { readScript } from '../../../lib/query/script/read-script.ts'
import { ApiError } from '../problem.ts'
import type { TopicDecoding } from '../schemas/decoding.ts'
import type { Candidate } from './batch-scanner.ts'
import type { Sieve } from './partition-scan.ts'
import { Sandbox, SandboxError } from './sandbox.ts'
import { needsOfText } from './script-fields.ts'
import { rowOf } from './script-rows.ts'
import { ownThreadMs } from './thread-time.ts'

const RECORDS_PER_CALL = 500
/** Of JSON that is handed over at once. */
const TEXT_PER_CALL = 4 * 1024 * 1024
const COMPILE_MS_MAX = 2_000
const CALL_MS_MAX = 500
const PARTS = 8
/** Of processor time, for one chunk of a partition: less than it takes to count as hanging. */
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
  /** Decides what can be decided without the sandbox, and is undefined about the rest. */
  readonly test: ScriptTest
  private failures = 0
  private failure = ''
  private told = 0

  private constructor(
    sandbox: Sandbox,
    judge: QuickJSHandle,
    needs: ScriptNeeds,
    test: ScriptTest | undefined,
  ) {
    this.sandbox = sandbox
    this.judge = judge
    this.needs = needs
    this.test = test ?? (() => undefined)
  }

  /** Throws ApiError 400 that says where the mistake is. */
  static async create(source: string): Promise<Script> {
    const sandbox = await Sandbox.create()
    try {
      const { code, isExpression } = compile(sandbox, source)
      const judge = sandbox.evaluate(`(${JUDGE_OF})(${code})`, COMPILE_MS_MAX)
      const script = isExpression ? readScript(source) : undefined
      if (script === undefined) return new Script(sandbox, judge, needsOfText(source), undefined)
      return new Script(sandbox, judge, needsOf(script), compileScript(script))
    } catch (error) {
      sandbox.dispose()
      throw refusalOfScript(error, source)
    }
  }

  /** Those that match; only what is in doubt is asked about. */
  readonly sieve: Sieve = (candidates, topic, decoding) => {
    const startedMs = ownThreadMs()
    let asked: Candidate[] = []
    let rows: string[] = []
    let length = 0
    let judged = 0
    const judge = () => {
      if (rows.length === 0) return
      if (ownThreadMs() - startedMs > CHUNK_MS_MAX) throw tooSlow(judged)
      for (const hit of this.hits(rows, topic)) {
        const candidate = asked[hit]
        if (candidate !== undefined) candidate.isCertain = true
      }
      judged += rows.length
      asked = []
      rows = []
      length = 0
    }
    for (const candidate of candidates) {
      if (candidate.isCertain) continue
      const row = this.rowOf(candidate, decoding)
      if (row === undefined) continue
      if (rows.length >= RECORDS_PER_CALL || length + row.length > TEXT_PER_CALL) judge()
      asked.push(candidate)
      rows.push(row)
      length += row.length
    }
    judge()
    return candidates.filter(({ isCertain }) => isCertain)
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
      if (error.reason !== 'memory' && rows.length > 1) return this.hitsInParts(rows, topic)
      if (error.reason !== 'thrown') throw ended(error)
      // The script's own errors are caught inside, so it is the record that could not be read.
      this.fail(error.message)
      return []
    }
  }

  /** Undefined for a record that cannot be handed over. */
  private rowOf({ record }: Candidate, decoding: TopicDecoding): string | undefined {
    try {
      return rowOf(record, this.needs, decoding)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.fail('the record is nested too deep')
      return undefined
    }
  }

  private fail(failure: string): void {
    this.failures++
    this.failure = failure
  }

  private hitsInParts(rows: readonly string[], topic: string): number[] {
    const size = Math.ceil(rows.length / PARTS)
    const hits: number[] = []
    for (let from = 0; from < rows.length; from += size) {
      for (const hit of this.hits(rows.slice(from, from + size), topic)) hits.push(from + hit)
    }
    return hits
  }
}

/** The code of a function that is known to compile. Throws SandboxError. */
function compile(sandbox: Sandbox, source: string): { code: string; isExpression: boolean } {
  const expression = asExpression(source)
  try {
    sandbox.evaluate(expression, COMPILE_MS_MAX).dispose()
    return { code: expression, isExpression: true }
  } catch (error) {
    if (!/\breturn\b/.test(source)) throw error
    const body = asBody(source)
    sandbox.evaluate(body, COMPILE_MS_MAX).dispose()
    return { code: body, isExpression: false }
  }
}

/** Throws ApiError 400 when the script cannot be compiled. */
export async function checkScript(source: string): Promise<void> {
  const script = await Script.create(source)
  script.dispose()
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
  const line = Math.max((error.line ?? 1) - 1 - LINES_BEFORE, 0)
  const before = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0)
  const column = Math.min(Math.max((error.column ?? 1) - 1, 0), lines[line]?.length ?? 0)
  return new ApiError(400, {
    code: 'invalid_query',
    message: `The script cannot be run: ${error.message}.`,
    field: 'match',
    // A mistake that shows only in the code behind the script is at its end.
    at: Math.min(before + column, source.length),
    length: 1,
  })
}

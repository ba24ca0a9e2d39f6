// The records of a file into a topic: read as it comes, sent in batches with acks=all, one round
// on its way while the next is read. The file is never held: the sender of it is slowed down to
// what the cluster takes.
//
// A line that cannot be a record, or that the brokers refuse for its own sake, is refused with
// its reason and the import goes on. Any other failure ends it, and says from which line to go on.

import type { Problem } from '../../../lib/contracts/common.ts'
import { type ImportQuery, importLine } from '../../../lib/contracts/search.ts'
import { CancelledError, type KafkaError } from '../../client/errors.ts'
import { BatchSender } from '../../client/produce.ts'
import type { DocumentStream, Upload } from '../http/handlers.ts'
import { ApiError, isForeseen, refusalOf } from '../problem.ts'
import { bytesTaken, type OutgoingRecord } from '../produce/outgoing.ts'
import { choosePartition, type Topic } from '../produce/prepare.ts'
import type { Production } from '../produce/produce.ts'
import { isRecordFault, sendRecords } from '../produce/send-records.ts'
import { isOver, type TopicLimits, tooLarge, topicLimits } from '../produce/topic-limits.ts'
import { readCsv } from './csv-rows.ts'
import { fileBytes } from './file-bytes.ts'
import { type Draft, FileError, type FileLine } from './import-line.ts'
import { ImportReport } from './import-report.ts'
import { readNdjson } from './ndjson-lines.ts'

/** A round is sent when it has this much. */
const ROUND_BYTES = 2 * 1024 * 1024
const ROUND_RECORDS = 10_000

interface Waiting {
  line: number
  text: () => string
  record: OutgoingRecord
}

/** Resolves once the topic and the file's columns are known. */
export async function importMessages(
  production: Production,
  name: string,
  query: ImportQuery,
  upload: Upload,
  logFailure: (error: unknown) => void,
): Promise<DocumentStream> {
  const source = new Source(upload)
  try {
    const { lines, topic, limits, report } = await begin(production, name, query, source)
    const run = new ImportRun(production, topic, query, limits, report)
    const done = run.take(lines, production.signal).catch(logFailure)
    return documentsOf(report, () => done.then(() => source.drain(production.signal)))
  } catch (error) {
    await source.drain(production.signal)
    throw error instanceof FileError ? new ApiError(400, fileProblem(error)) : error
  }
}

async function begin(
  { cluster }: Production,
  name: string,
  query: ImportQuery,
  source: Source,
): Promise<{
  lines: AsyncIterable<FileLine>
  topic: Topic
  limits: TopicLimits
  report: ImportReport
}> {
  const { partitions } = await cluster.client.topic(name)
  const limits = await topicLimits(cluster, name)
  const report = new ImportReport()
  const file = fileBytes(source, (bytes) => {
    report.bytes += bytes
  })
  const lines =
    query.format === 'csv'
      ? await readCsv(file, {
          delimiter: query.delimiter,
          keyColumn: query.keyColumn,
          valueColumn: query.valueColumn,
        })
      : readNdjson(file, { lines: query.lines, keepPartitions: query.keepPartitions === 'true' })
  return { lines, topic: { name, partitions }, limits, report }
}

async function* documentsOf(
  report: ImportReport,
  drained: () => Promise<void>,
): AsyncGenerator<string> {
  for await (const line of report.told()) yield JSON.stringify(importLine.parse(line))
  await drained()
}

/**
 * The upload, which is not given up when its reader stops early: a connection that is cut while
 * the other side still sends would take the answer with it. The rest is read and dropped.
 */
class Source implements AsyncIterable<Uint8Array> {
  private readonly chunks: AsyncIterator<Uint8Array>

  constructor(upload: Upload) {
    this.chunks = upload[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.chunks.next() }
  }

  async drain(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && (await this.chunks.next()).done !== true);
    } catch {
      // The sender is gone, and so is whoever would read the answer.
    }
  }
}

class ImportRun {
  private readonly production: Production
  private readonly topic: Topic
  private readonly query: ImportQuery
  private readonly limits: TopicLimits
  private readonly report: ImportReport
  private readonly sender: BatchSender
  private readonly dryRun: boolean
  private readonly now = BigInt(Date.now())
  private round: Waiting[] = []
  private roundBytes = 0
  /** Records without a key go together, to another partition each round. */
  private keyless: number | undefined
  private flight: Promise<void> = Promise.resolve()
  private failure: { error: unknown; nextLine: number; sentBeyond: number } | undefined

  constructor(
    production: Production,
    topic: Topic,
    query: ImportQuery,
    limits: TopicLimits,
    report: ImportReport,
  ) {
    this.production = production
    this.topic = topic
    this.query = query
    this.limits = limits
    this.report = report
    this.dryRun = query.dryRun === 'true'
    this.sender = new BatchSender(production.cluster.client)
  }

  /** Reads to the end, to the first failure, or until nobody waits for it. */
  async take(lines: AsyncIterable<FileLine>, signal: AbortSignal): Promise<void> {
    let lastLine = this.query.fromLine - 1
    try {
      for await (const line of lines) {
        if (signal.aborted) throw new CancelledError()
        if (line.line < this.query.fromLine) continue
        lastLine = line.line
        this.takeLine(line)
        if (this.roundBytes >= ROUND_BYTES || this.round.length >= ROUND_RECORDS) {
          await this.sendRound()
        }
        if (this.failure !== undefined) break
      }
      await this.sendRound()
      await this.flight
    } catch (error) {
      // What came before the fault is sent all the same, unless nobody waits for it.
      if (!signal.aborted) await this.sendRound()
      await this.flight
      const from = error instanceof FileError ? error.line : undefined
      this.failure ??= { error, nextLine: from ?? lastLine + 1, sentBeyond: 0 }
    } finally {
      this.sender.close()
      this.finish()
    }
    const { error } = this.failure ?? {}
    if (error !== undefined && !signal.aborted && !isTold(error)) throw error
  }

  private takeLine(line: FileLine): void {
    const { report } = this
    report.lines++
    const prepared = 'draft' in line ? this.prepare(line.draft) : line.refusal
    if (typeof prepared === 'string') {
      report.refuse(line.line, prepared, line.text())
      return
    }
    report.accepted++
    if (this.dryRun) return
    this.round.push({ line: line.line, text: line.text, record: prepared })
    this.roundBytes += bytesTaken(prepared)
  }

  /** The record, or why the topic would not take it. */
  private prepare(draft: Draft): OutgoingRecord | string {
    const { topic, limits } = this
    const { key, value, headers, partition, timestamp = this.now } = draft
    if (partition !== undefined && !topic.partitions.some((row) => row.partition === partition)) {
      return `The topic has no partition ${partition}.`
    }
    if (limits.needsKeys && key === null) return 'The topic is compacted: every record needs a key.'
    const record = {
      key,
      value,
      headers,
      timestamp,
      partition: partition ?? choosePartition(key, topic, () => this.takeTurn()),
    }
    const bytes = bytesTaken(record)
    return this.query.codec === 'none' && isOver(bytes, limits)
      ? tooLarge(topic.name, bytes, limits).message
      : record
  }

  private takeTurn(): number {
    const { cluster, turns } = this.production
    this.keyless ??= turns.take(`${cluster.id}/${this.topic.name}`, this.topic.partitions)
    return this.keyless
  }

  /** Resolves when the round before has arrived and this one is on its way. */
  private async sendRound(): Promise<void> {
    await this.flight
    if (this.failure !== undefined || this.round.length === 0) return
    const { round } = this
    this.round = []
    this.roundBytes = 0
    this.keyless = undefined
    this.flight = this.send(round).catch((error: unknown) => {
      this.failure ??= { error, nextLine: round[0]?.line ?? 1, sentBeyond: 0 }
    })
  }

  private async send(round: readonly Waiting[]): Promise<void> {
    const { report, topic, limits } = this
    const destination = {
      topic: topic.name,
      codec: this.query.codec,
      signal: this.production.signal,
    }
    const results = await sendRecords(
      this.sender,
      destination,
      round.map(({ record }) => record),
    )
    round.forEach(({ line, text, record }, at) => {
      const result = results[at]
      if (result === undefined) throw new Error('a record without an outcome')
      if ('value' in result) {
        report.sent++
        if (this.failure !== undefined) this.failure.sentBeyond++
      } else if (isRecordFault(result.error)) {
        report.accepted--
        report.refuse(line, reasonOf(result.error, topic.name, bytesTaken(record), limits), text())
      } else {
        this.failure ??= { error: result.error, nextLine: line, sentBeyond: 0 }
      }
    })
  }

  private finish(): void {
    const { failure, report, dryRun } = this
    if (failure === undefined) {
      report.finish({ dryRun, nextLine: null })
      return
    }
    const { nextLine, sentBeyond } = failure
    report.finish({ dryRun, nextLine, problem: this.told(failure.error, nextLine, sentBeyond) })
  }

  private told(error: unknown, nextLine: number, sentBeyond: number): Problem {
    const problem = error instanceof FileError ? fileProblem(error) : refusalOf(error).problem
    const beyond =
      sentBeyond === 0
        ? ''
        : ` Of the lines after it ${sentBeyond} were sent already, to other partitions; they would be sent twice.`
    const remedy = error instanceof FileError ? 'Mend the file, then' : 'To go on,'
    const advice = this.dryRun
      ? ''
      : ` ${this.report.sent} records were sent. ${remedy} import from line ${nextLine}.${beyond}`
    return { ...problem, message: `${problem.message}${advice}` }
  }
}

function reasonOf(error: KafkaError, topic: string, bytes: number, limits: TopicLimits): string {
  return /TOO_LARGE/.test(error.kafkaName)
    ? tooLarge(topic, bytes, limits).message
    : refusalOf(error).problem.message
}

function isTold(error: unknown): boolean {
  return error instanceof FileError || isForeseen(error)
}

function fileProblem(error: FileError): Problem {
  return { code: 'unreadable_file', message: error.message, field: 'body' }
}

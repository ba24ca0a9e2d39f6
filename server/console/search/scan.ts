// A search thread's part of a search: scans its partitions side by side and hands over their
// matches merged into one order.
//
// The partition that is furthest behind goes on first, so that the others' matches need not wait
// long; whoever has many matches waiting rests. Between two chunks the thread looks after
// everything else that it has to do, and rests when it is told to pause.

import { compileCondition } from '../../../lib/query/compile.ts'
import type { Condition } from '../../../lib/query/condition.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import { checkCancelled } from '../../client/errors.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { PLAIN_DECODING, type TopicDecoding, withSchemas } from '../schemas/decoding.ts'
import { BatchScanner } from './batch-scanner.ts'
import { ChunkReader } from './chunk-reader.ts'
import { PartitionScan, type Sieve } from './partition-scan.ts'
import type { RowWriter } from './row-writers.ts'
import {
  comesFirst,
  noArrivals,
  type ScanJob,
  type ScanPlace,
  type ScanPortion,
} from './scan-job.ts'
import type { ScanSource } from './scan-source.ts'
import type { Script } from './script.ts'

/** Where a scan hands over what it found. */
export interface ScanSink {
  readonly signal: AbortSignal
  /** Resolves at once, or when the search is no longer paused. */
  resumed(): Promise<void>
  send(portion: ScanPortion): Promise<void>
}

/** Bytes that the chunks of all partitions of a thread may have together. */
const BYTES_AHEAD = 24 * 1024 * 1024
const CHUNK_BYTES_MAX = 4 * 1024 * 1024
/** Where a record may take long, so that the thread comes up for air often enough. */
const SLOW_CHUNK_BYTES_MAX = 512 * 1024
const CHUNK_BYTES_MIN = 64 * 1024
/** Of decompressed batches that are examined at a time, and where a record may take long. */
const SLICE_BYTES = 4 * 1024 * 1024
const SLOW_SLICE_BYTES = 512 * 1024
/** Matches of one partition that may wait for others, and their bytes. */
const WAITING_MAX = 2_000
const WAITING_BYTES_MAX = 8 * 1024 * 1024
/** Of all partitions of the thread: with so much waiting, only those without a match go on. */
const ALL_WAITING_BYTES_MAX = 32 * 1024 * 1024
const PORTION_MATCHES_MAX = 1_000
const PORTION_BYTES = 512 * 1024
/** Without a match, how often the other side hears of it. */
const REPORT_MS = 100

export interface ScanTools {
  source: ScanSource
  write: RowWriter
  /** How the payloads of a topic are decoded; without schemas when left out. */
  decodingOf?: (topic: string) => TopicDecoding
  /** Of a condition that is a script. */
  script: Script | undefined
  /** Of decompressed batches that are examined at a time, at most about so many bytes. */
  sliceBytesMax?: number
}

/** The scanner for a condition; what comes out of that for a script has to be sieved. */
export function scannerFor(
  condition: Condition | undefined,
  script: Script | undefined,
): BatchScanner {
  if (condition === undefined) return new BatchScanner(undefined, undefined)
  if (condition.kind === 'script') return new BatchScanner(script?.test, undefined)
  const { matches, rawNeed } = compileCondition(condition)
  return new BatchScanner(matches, rawNeed)
}

export async function scan(job: ScanJob, tools: ScanTools, sink: ScanSink): Promise<void> {
  await new Scan(job, tools, sink).run()
}

class Scan {
  private readonly job: ScanJob
  private readonly tools: ScanTools
  private readonly sink: ScanSink
  private readonly scanner: BatchScanner
  private readonly sieve: Sieve | undefined
  private readonly sliceBytes: number
  private readonly partitions: PartitionScan[]
  private portion: ScanPortion = emptyPortion()
  private portionBytes = 0
  private handedOver = 0
  private sentAt = performance.now()
  private readonly changed = new Set<PartitionScan>()

  constructor(job: ScanJob, tools: ScanTools, sink: ScanSink) {
    this.job = job
    this.tools = tools
    this.sink = sink
    const condition = parseCondition(job.match)
    this.scanner = scannerFor(condition, tools.script)
    this.sieve = tools.script?.sieve
    const isDown = job.direction === 'down'
    const share = BYTES_AHEAD / 2 / Math.max(1, job.places.length)
    const isSlow = mayBeSlow(condition)
    const slice = isSlow ? SLOW_SLICE_BYTES : SLICE_BYTES
    this.sliceBytes = Math.min(slice, tools.sliceBytesMax ?? slice)
    const most = isSlow ? SLOW_CHUNK_BYTES_MAX : CHUNK_BYTES_MAX
    const bytesMax = Math.round(Math.min(Math.max(share, CHUNK_BYTES_MIN), most))
    this.partitions = job.places.map((place: ScanPlace) => {
      const options = { isDown, bytesMax, signal: sink.signal }
      return new PartitionScan(
        place,
        new ChunkReader(tools.source, place, options),
        isDown,
        tools.decodingOf?.(place.topic),
      )
    })
    for (const one of this.partitions) this.changed.add(one)
  }

  async run(): Promise<void> {
    // From now on it is heard of regularly, or hangs.
    await this.flush()
    while (this.handedOver < this.job.limit) {
      checkCancelled(this.sink.signal)
      await this.sink.resumed()
      this.startLoads()
      const next = this.pick()
      if (next === undefined) {
        if (this.partitions.every((one) => one.isScanned)) break
        await this.waitForLoad()
        continue
      }
      const { timestampMin } = this.job
      const { sliceBytes } = this
      const examine = () => next.scan(this.scanner, this.sieve, { timestampMin, sliceBytes })
      const { scanned, bytes } = await withSchemas(examine)
      this.portion.records += scanned.records
      this.portion.bytes += bytes
      this.changed.add(next)
      this.startLoads()
      await this.handOver()
      if (performance.now() - this.sentAt >= REPORT_MS) await this.flush()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.handOver()
    await this.flush()
  }

  /** Reads ahead for those that are furthest behind, within the bytes that are allowed. */
  private startLoads(): void {
    const idle = this.partitions.filter((one) => one.bytesToLoad > 0 && !this.isFull(one))
    if (idle.length === 0) return
    let bytes = this.partitions.reduce((sum, one) => sum + one.bytesHeld, 0)
    idle.sort((a, b) => (isBehind(a, b) ? -1 : 1))
    for (const one of idle) {
      if (bytes > 0 && bytes + one.bytesToLoad > BYTES_AHEAD) return
      bytes += one.bytesToLoad
      void one.load()
    }
  }

  private isFull(one: PartitionScan): boolean {
    if (one.waitingCount === 0) return false
    // More of one partition than are wanted of all will not be needed.
    const countMax = Math.min(WAITING_MAX, this.job.limit - this.handedOver)
    if (one.waitingCount >= countMax || one.waitingBytes >= WAITING_BYTES_MAX) return true
    const bytes = this.partitions.reduce((sum, { waitingBytes }) => sum + waitingBytes, 0)
    return bytes >= ALL_WAITING_BYTES_MAX
  }

  /** The partition to scan: of those whose chunk is there, the one furthest behind. */
  private pick(): PartitionScan | undefined {
    let best: PartitionScan | undefined
    for (const one of this.partitions) {
      if (!one.isReady || this.isFull(one)) continue
      if (best === undefined || isBehind(one, best)) best = one
    }
    return best
  }

  private async waitForLoad(): Promise<void> {
    const loads = this.partitions.flatMap((one) => one.whenLoaded ?? [])
    let timer: NodeJS.Timeout | undefined
    const report = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, REPORT_MS)
    })
    await Promise.race([...loads, report])
    clearTimeout(timer)
    if (performance.now() - this.sentAt >= REPORT_MS) await this.flush()
  }

  /** Hands over every match that no other partition can come before any more. */
  private async handOver(): Promise<void> {
    while (this.handedOver < this.job.limit) {
      const first = this.first()
      const match = first?.take()
      if (first === undefined || match === undefined) break
      const { topic } = first.place
      const document = await writeMatch(this.tools, topic, match.record)
      const { time, rank, record } = match
      this.portion.matches.push({ time, rank, offset: record.offset, document })
      this.portionBytes += document.length
      this.handedOver++
      this.changed.add(first)
      const isFull = this.portion.matches.length >= PORTION_MATCHES_MAX
      if (isFull || this.portionBytes >= PORTION_BYTES) await this.flush()
    }
    if (this.portion.matches.length > 0) await this.flush()
  }

  private first(): PartitionScan | undefined {
    let first: PartitionScan | undefined
    for (const one of this.partitions) {
      if (one.head !== undefined && (first === undefined || isBehind(one, first))) first = one
    }
    return first
  }

  private async flush(): Promise<void> {
    checkCancelled(this.sink.signal)
    const { portion } = this
    portion.frontier = this.first()?.head
    portion.coverage = [...this.changed].map((one) => one.coverage)
    portion.problems = this.tools.script?.takeProblems() ?? []
    this.changed.clear()
    this.portion = emptyPortion()
    this.portionBytes = 0
    await this.sink.send(portion)
    this.sentAt = performance.now()
  }
}

/** Loads the schemas that the record turns out to need. */
export function writeMatch(
  { write, decodingOf }: ScanTools,
  topic: string,
  record: FetchedRecord,
): Promise<string | Uint8Array<ArrayBuffer>> {
  const decoding = decodingOf?.(topic) ?? PLAIN_DECODING
  return withSchemas(() => write(topic, record, decoding))
}

/** Scripts and regular expressions can take any time on a record. */
function mayBeSlow(condition: Condition | undefined): boolean {
  switch (condition?.kind) {
    case 'script':
    case 'regex':
      return true
    case 'and':
    case 'or':
      return condition.parts.some(mayBeSlow)
    case 'not':
      return mayBeSlow(condition.part)
    case 'compare':
      return condition.operator === 'matches'
    default:
      return false
  }
}

function isBehind(a: PartitionScan, b: PartitionScan): boolean {
  if (a.head === undefined || b.head === undefined) return b.head === undefined
  return comesFirst(a.head, b.head)
}

export function emptyPortion(): ScanPortion {
  return {
    matches: [],
    frontier: undefined,
    coverage: [],
    records: 0,
    bytes: 0,
    problems: [],
    arrivals: noArrivals(),
    isFollowing: false,
  }
}

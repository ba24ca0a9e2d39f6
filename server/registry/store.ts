// The registry's log: the topic _schemas of one partition, read from its beginning at the start
// and followed ever after. What is written counts once it has been read back, so that the state
// is the replay of the topic and nothing else.
//
// Changes are made one after the other: each is decided on a state that has all before it. Of two
// registries on one cluster both may decide at once; then the records tell which came first.
//
// Differs from Confluent: there a group elects the one that writes, and others forward to it.

import type { ClusterClient } from '../client/cluster-client.ts'
import { KafkaError } from '../client/errors.ts'
import { fetchFrom } from '../client/fetch.ts'
import { LATEST, listOffsets } from '../client/offsets.ts'
import { BatchSender, OutcomeUnknownError } from '../client/produce.ts'
import { createTopic } from '../client/topics.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { batchBytes, isControl, lastOffset } from '../records/batch.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { batchPositions, checkBatch } from '../records/batch-check.ts'
import { RecordCursor } from '../records/record-reader.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Decision } from './decide.ts'
import { type RegistryRecord, readRecord, writeRecord } from './records.ts'
import { RegistryRefusal, refuse } from './refusal.ts'
import { emptyState, type RegistryState, replay, restoringRecords } from './state.ts'

export const SCHEMAS_TOPIC = '_schemas'
const PARTITION = 0
const REPLICAS_MAX = 3
const FETCH_BYTES = 4 * 1024 * 1024
const BATCH_BYTES_MAX = 64 * 1024 * 1024
const WAIT_MS = 500
const RETRY_MS = 200
/** How often is looked whether somebody has made the topic. */
const ABSENT_MS = 5_000
/** A change that was not read back by then may still come about. */
const READ_BACK_MS = 30_000
const TOO_LARGE: ReadonlySet<number> = new Set([
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
])
/** How often a change is decided anew because others wrote. */
const ATTEMPTS_MAX = 20

export class RegistryStore {
  state: RegistryState = emptyState()
  clusterId: string | undefined
  private readonly runtime: Runtime
  private readonly client: ClusterClient
  private readonly sender: BatchSender
  private position = 0n
  private changing: Promise<unknown> = Promise.resolve()
  private readonly waiting = new Set<() => void>()
  /** By the offset of a record that took a number of another: what would put that back. */
  private readonly overwritten = new Map<bigint, RegistryRecord[]>()
  private isClosed = false
  private following: Promise<void> | undefined
  private isWriting = false
  private stir: (() => void) | undefined

  constructor(runtime: Runtime, client: ClusterClient) {
    this.runtime = runtime
    this.client = client
    this.sender = new BatchSender(client)
  }

  /**
   * Resolves when everything that is there has been read. The topic is made with the first change:
   * a cluster whose registry nobody uses stays as it is.
   */
  async start(): Promise<void> {
    const isThere = await this.hasTopic()
    this.following = this.follow()
    if (isThere) await this.readUpTo(await this.end())
  }

  private async hasTopic(): Promise<boolean> {
    const { topics, clusterId } = await this.client.metadata([SCHEMAS_TOPIC])
    this.clusterId = clusterId ?? undefined
    return topics.some(({ name, errorCode }) => {
      return name === SCHEMAS_TOPIC && errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    })
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.stir?.()
    this.wake()
    this.sender.close()
    await this.following
  }

  /**
   * Decides on all that is there, writes, and answers once the records have been read back. Where
   * another registry wrote to the topic in between, and both took the same number, the one that came
   * first keeps it: what was written over is put back, and it is decided once more.
   */
  change<T>(decide: (state: RegistryState) => Decision<T>): Promise<T> {
    const changed = this.changing.then(() => this.changeNow(decide))
    this.changing = changed.catch(() => undefined)
    return changed
  }

  private async changeNow<T>(decide: (state: RegistryState) => Decision<T>): Promise<T> {
    if (this.position > 0n || (await this.hasTopic())) await this.readUpTo(await this.end())
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const expected = this.position
      const { records, answer } = decide(this.state)
      if (records.length === 0) return answer
      const first = await this.write(records)
      const restoring = this.takeOverwritten(first, records.length)
      if (first === expected || restoring.length === 0) return answer
      await this.write(restoring)
    }
    throw new RegistryRefusal(500, 50001, 'Another registry writes to the same topic all the time')
  }

  /** What has to be written to undo what these records took from others. */
  private takeOverwritten(first: bigint, count: number): RegistryRecord[] {
    const found: RegistryRecord[] = []
    for (let offset = first; offset < first + BigInt(count); offset++) {
      found.push(...(this.overwritten.get(offset) ?? []))
      this.overwritten.delete(offset)
    }
    return found
  }

  /** Answers the offset of the first of them, once they have been read back. */
  private async write(records: readonly RegistryRecord[]): Promise<bigint> {
    if (this.position === 0n && !(await this.hasTopic())) await this.makeTopic()
    const timestamp = BigInt(this.runtime.clock.now())
    const batch = {
      topic: SCHEMAS_TOPIC,
      partition: PARTITION,
      records: buildBatch(records.map(writeRecord), { timestamp }),
    }
    this.isWriting = true
    const [result] = await this.sender.send([batch]).finally(() => {
      this.isWriting = false
    })
    if (result !== undefined && 'value' in result) {
      this.stir?.()
      await this.readUpTo(result.value + BigInt(records.length))
      return result.value
    }
    const error = result?.error
    if (error instanceof OutcomeUnknownError) {
      // It may be there: whoever asks again must be told by a state that has it.
      await this.readUpTo(await this.end()).catch(() => undefined)
    }
    if (error instanceof KafkaError && TOO_LARGE.has(error.code)) {
      throw refuse.tooLarge('the topic of schemas takes no record of its size (max.message.bytes)')
    }
    throw new RegistryRefusal(
      500,
      50001,
      `Error in the backend data store: ${error?.message ?? 'no answer'}`,
    )
  }

  private async end(): Promise<bigint> {
    const [answer] = await listOffsets(this.client, [
      { topic: SCHEMAS_TOPIC, partition: PARTITION, timestamp: LATEST },
    ])
    if (answer === undefined || 'error' in answer) throw answer?.error ?? new Error('no answer')
    return answer.value.offset
  }

  /** Rejects when it has not been read in time. */
  private async readUpTo(offset: bigint): Promise<void> {
    let isLate = false
    const timer = this.runtime.timers.after(READ_BACK_MS, () => {
      isLate = true
      this.wake()
    })
    try {
      while (this.position < offset) {
        if (isLate || this.isClosed) {
          throw new RegistryRefusal(500, 50002, 'Operation timed out: the change was not read back')
        }
        await new Promise<void>((resolve) => this.waiting.add(resolve))
      }
    } finally {
      timer.cancel()
    }
  }

  private wake(): void {
    for (const resolve of [...this.waiting]) resolve()
    this.waiting.clear()
  }

  private async makeTopic(): Promise<void> {
    const { brokers } = await this.client.metadata()
    const topic = {
      name: SCHEMAS_TOPIC,
      partitions: 1,
      replicationFactor: Math.min(REPLICAS_MAX, Math.max(1, brokers.length)),
      configs: { 'cleanup.policy': 'compact' },
    }
    try {
      await createTopic(this.client, topic, false)
    } catch (error) {
      const isThere = error instanceof KafkaError && error.code === ErrorCode.TOPIC_ALREADY_EXISTS
      if (!isThere) throw error
    }
  }

  private async follow(): Promise<void> {
    while (!this.isClosed) {
      try {
        await this.readOn()
      } catch (error) {
        if (this.isClosed) return
        this.runtime.log.debug('the topic of schemas cannot be read now', {
          reason: (error as Error).message,
        })
        await this.rest(isAbsent(error) && !this.isWriting ? ABSENT_MS : RETRY_MS)
      }
    }
  }

  /** Until the time is over, or somebody waits for what is written. */
  private async rest(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.runtime.timers.after(delayMs, resolve)
      this.stir = () => {
        timer.cancel()
        resolve()
      }
    })
    this.stir = undefined
  }

  private async readOn(): Promise<void> {
    const { partitions } = await this.client.topic(SCHEMAS_TOPIC, 1_000)
    const leader = partitions[PARTITION]?.leader ?? -1
    if (leader < 0) throw new Error(`${SCHEMAS_TOPIC} has no leader`)
    let bytesMax = FETCH_BYTES
    while (!this.isClosed) {
      const question = {
        topic: SCHEMAS_TOPIC,
        partition: PARTITION,
        offset: this.position,
        bytesMax,
      }
      const limits = { bytesMin: 1, waitMsMax: WAIT_MS, bytesMax }
      const [outcome] = await fetchFrom(this.client, leader, [question], limits)
      if (outcome === undefined || 'code' in outcome) {
        throw new KafkaError(
          outcome?.code ?? ErrorCode.UNKNOWN_SERVER_ERROR,
          `broker ${leader}`,
          SCHEMAS_TOPIC,
        )
      }
      const { records } = outcome.value
      const before = this.position
      this.take(records)
      // One batch that is larger than was asked for.
      const isStuck = records.length > 0 && this.position === before
      bytesMax = isStuck ? Math.min(bytesMax * 2, BATCH_BYTES_MAX) : FETCH_BYTES
    }
  }

  private take(buffer: Buffer): void {
    for (const at of batchPositions(buffer)) {
      const fault = checkBatch(buffer, at, at + batchBytes(buffer, at))
      if (fault !== undefined) throw fault
      const last = lastOffset(buffer, at)
      if (last < this.position) continue
      if (!isControl(buffer, at)) this.takeBatch(buffer, at)
      this.position = last + 1n
    }
    this.wake()
  }

  private keepOverwritten(offset: bigint, restoring: RegistryRecord[]): void {
    if (this.overwritten.size >= OVERWRITTEN_MAX) this.overwritten.clear()
    this.overwritten.set(offset, restoring)
  }

  private takeBatch(buffer: Buffer, at: number): void {
    const cursor = new RecordCursor(buffer, at, BATCH_BYTES_MAX)
    while (cursor.next()) {
      if (cursor.offset < this.position) continue
      const key = cursor.key?.toString('utf8') ?? null
      const record = readRecord(key, cursor.value?.toString('utf8') ?? null)
      if (record === undefined) {
        this.runtime.log.warn('a record of the topic of schemas is not known and left out', {
          offset: cursor.offset.toString(),
        })
      } else {
        const restoring = restoringRecords(this.state, record)
        if (restoring.length > 0) this.keepOverwritten(cursor.offset, restoring)
        replay(this.state, record)
      }
    }
  }
}

/** How many records that wrote over others are remembered, until their writer looks. */
const OVERWRITTEN_MAX = 1_000

function isAbsent(error: unknown): boolean {
  return error instanceof KafkaError && error.code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
}

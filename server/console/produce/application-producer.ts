// kafkajs as the producer of what it can send exactly: what an ordinary application would send.
//
// It is loaded when first needed, keeps one connection per cluster, and leaves after a while
// without work. It never tries again by itself: after a lost answer that could double records.
// Records that it would change on the way go through server/client instead (`carries`): kafkajs
// keeps headers as an object, so it loses their order where names repeat or look like numbers,
// has no null header values, and reads timestamps as doubles whose largest it finds as text.

import type { Message, Producer } from 'kafkajs'
import { KafkaError } from '../../client/errors.ts'
import type { PartitionResult } from '../../client/leaders.ts'
import { OutcomeUnknownError } from '../../client/produce.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { type CodecName, codecNumber, compress } from '../../records/compression.ts'
import type { OutgoingRecord } from './outgoing.ts'

const IDLE_MS = 60_000
const CONNECT_TIMEOUT_MS = 4_000
const REQUEST_TIMEOUT_MS = 20_000
/** Of a cluster whose leaders have just moved; nothing was written then. */
const ATTEMPTS_MAX = 4
const RETRY_MS = 150
const NOT_WRITTEN: readonly number[] = [
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
]
const PERHAPS_WRITTEN: readonly number[] = [
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.KAFKA_STORAGE_ERROR,
]

/** Thirteen digits: equally long as text, and far from where doubles lose integers. */
const TIMESTAMP_MIN = 1_000_000_000_000n
const TIMESTAMP_MAX = 9_999_999_999_999n

/** Whether the record arrives with kafkajs just as it is. */
export function carries({ timestamp, headers }: OutgoingRecord): boolean {
  if (timestamp < TIMESTAMP_MIN || timestamp > TIMESTAMP_MAX) return false
  const names = new Set(headers.map(({ key }) => key))
  return (
    names.size === headers.length &&
    headers.every(({ key, value }) => value !== null && !/^\d+$/.test(key) && key !== '__proto__')
  )
}

export class ApplicationProducer {
  private readonly bootstrap: readonly string[]
  private connected: Promise<Producer> | undefined
  private working = 0
  private idle: NodeJS.Timeout | undefined

  constructor(bootstrap: readonly string[]) {
    this.bootstrap = bootstrap
  }

  /** Sends records of one partition as one batch; the offset of the first of them. */
  async send(
    topic: string,
    partition: number,
    codec: CodecName,
    records: readonly OutgoingRecord[],
  ): Promise<PartitionResult<bigint>> {
    clearTimeout(this.idle)
    this.working++
    try {
      return await this.sendWhileLeadersMove(topic, partition, codec, records)
    } finally {
      this.working--
      if (this.working === 0) this.leaveLater()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.idle)
    const { connected } = this
    this.connected = undefined
    await (await connected?.catch(() => undefined))?.disconnect()
  }

  private async sendWhileLeadersMove(
    topic: string,
    partition: number,
    codec: CodecName,
    records: readonly OutgoingRecord[],
  ): Promise<PartitionResult<bigint>> {
    const about = `${topic}-${partition}`
    const producer = await this.producer()
    for (let attempt = 1; ; attempt++) {
      try {
        const rows = await producer.send({
          topic,
          acks: -1,
          compression: codecNumber(codec),
          messages: records.map((record) => messageOf(record, partition)),
        })
        return { value: BigInt(rows[0]?.baseOffset ?? -1) }
      } catch (error) {
        const code = codeOf(error)
        if (code === undefined || PERHAPS_WRITTEN.includes(code)) {
          return { error: new OutcomeUnknownError(about, error as Error) }
        }
        if (attempt === ATTEMPTS_MAX || !NOT_WRITTEN.includes(code)) {
          return { error: new KafkaError(code, this.bootstrap.join(','), about) }
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt))
      }
    }
  }

  private producer(): Promise<Producer> {
    this.connected ??= connect(this.bootstrap).catch((error: unknown) => {
      this.connected = undefined
      throw error
    })
    return this.connected
  }

  private leaveLater(): void {
    this.idle = setTimeout(() => {
      this.close().catch(() => undefined)
    }, IDLE_MS)
    this.idle.unref()
  }
}

async function connect(bootstrap: readonly string[]): Promise<Producer> {
  const { default: kafkajs } = await import('kafkajs')
  const { CompressionCodecs, Kafka, Partitioners, logLevel } = kafkajs
  for (const name of ['snappy', 'lz4', 'zstd'] as const) {
    const codec = codecNumber(name)
    Reflect.set(CompressionCodecs, codec, () => ({
      compress: async (encoder: { buffer: Buffer }) => compress(codec, encoder.buffer),
    }))
  }
  const producer = new Kafka({
    brokers: [...bootstrap],
    clientId: 'riverglass-console',
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  return producer
}

function messageOf(record: OutgoingRecord, partition: number): Message {
  return {
    partition,
    timestamp: record.timestamp.toString(),
    key: bufferOf(record.key),
    value: bufferOf(record.value),
    headers: Object.fromEntries(
      record.headers.map(({ key, value }) => [key, bufferOf(value) ?? Buffer.alloc(0)]),
    ),
  }
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** kafkajs wraps the broker's error code in one or two errors of its own. */
function codeOf(error: unknown): number | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner && typeof inner.code === 'number') return inner.code
  }
  return undefined
}

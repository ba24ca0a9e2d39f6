// Makes from one record batch another that holds a part of its records: for compaction, and in
// another codec for brokers that recompress. Offsets, producer fields and times stay what they
// were; records that stay are copied as they stand.
//
// With a delete horizon (KIP-534) the base timestamp becomes that time, so the time of each
// record is written anew as its distance from there.

import {
  BATCH_HEADER_BYTES,
  hasLogAppendTime,
  maxTimestamp,
  NO_TIMESTAMP,
  readBatchHeader,
  writeBatchHeader,
} from './batch.ts'
import { compress } from './compression.ts'
import { RecordCursor } from './record-reader.ts'
import { varintBytes, varlongBytes, writeVarint, writeVarlong } from './varint.ts'

/** Which records of a batch stay, decided one after the other. */
export class BatchRewriter {
  private readonly batch: Buffer
  private readonly at: number
  readonly cursor: RecordCursor
  /** Where each record that stays is: its start, the part after its timestamp, its end. */
  private readonly kept: number[] = []
  private readonly times: bigint[] = []
  private newest = NO_TIMESTAMP

  constructor(batch: Buffer, at: number) {
    this.batch = batch
    this.at = at
    this.cursor = new RecordCursor(batch, at)
  }

  get keptCount(): number {
    return this.times.length
  }

  /** Keeps the record that the cursor stands on. */
  keep(): void {
    const { cursor } = this
    this.kept.push(cursor.recordAt, cursor.afterTimestampAt, cursor.recordEnd)
    const { timestamp } = cursor
    this.times.push(timestamp)
    if (timestamp > this.newest) this.newest = timestamp
  }

  /** The batch with what was kept; without records when that is nothing. */
  build(
    options: {
      deleteHorizon?: bigint | undefined
      codec?: number
      level?: number | undefined
    } = {},
  ): Buffer {
    const header = readBatchHeader(this.batch, this.at)
    const horizon = options.deleteHorizon
    const content = horizon === undefined ? this.copied() : this.retimed(horizon)
    const codec = options.codec ?? header.codec
    // Nothing compresses to nothing in no codec, so a batch without records has none.
    const isEmpty = this.keptCount === 0
    const body = isEmpty ? content : compress(codec, content, options.level)
    const built = Buffer.allocUnsafe(BATCH_HEADER_BYTES + body.length)
    body.copy(built, BATCH_HEADER_BYTES)
    const keepsTime = isEmpty || hasLogAppendTime(this.batch, this.at)
    writeBatchHeader(built, 0, {
      ...header,
      codec: isEmpty ? 0 : codec,
      deleteHorizon: header.deleteHorizon || horizon !== undefined,
      baseTimestamp: horizon ?? header.baseTimestamp,
      maxTimestamp: keepsTime ? maxTimestamp(this.batch, this.at) : this.newest,
      recordCount: this.keptCount,
    })
    return built
  }

  private copied(): Buffer {
    const { buffer } = this.cursor
    let bytes = 0
    for (let i = 0; i < this.kept.length; i += 3) bytes += this.spanOf(i)
    if (bytes === buffer.length) return buffer
    const content = Buffer.allocUnsafe(bytes)
    let to = 0
    for (let i = 0; i < this.kept.length; i += 3) {
      to += buffer.copy(content, to, this.kept[i], this.kept[i + 2])
    }
    return content
  }

  private spanOf(i: number): number {
    return (this.kept[i + 2] as number) - (this.kept[i] as number)
  }

  private retimed(base: bigint): Buffer {
    const { buffer } = this.cursor
    const deltas = this.times.map((timestamp) => BigInt.asIntN(64, timestamp - base))
    const lengths = deltas.map((delta, index) => {
      const rest = (this.kept[index * 3 + 2] as number) - (this.kept[index * 3 + 1] as number)
      return 1 + varlongBytes(delta) + rest
    })
    const content = Buffer.allocUnsafe(
      lengths.reduce((sum, length) => sum + varintBytes(length) + length, 0),
    )
    let to = 0
    deltas.forEach((delta, index) => {
      to = writeVarint(content, to, lengths[index] as number)
      content[to++] = 0
      to = writeVarlong(content, to, delta)
      to += buffer.copy(content, to, this.kept[index * 3 + 1], this.kept[index * 3 + 2])
    })
    return content
  }
}

// The log of a replicated state machine, kept in a partition that this broker leads.

import type { StateLog, StateRecord } from '../coordination/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { lastOffset } from '../records/batch.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { batchPositions } from '../records/batch-check.ts'
import { recordsOf } from '../records/records.ts'
import type { Clock, Timers } from '../runtime/runtime.ts'
import { whenAllCommitted } from './delayed-produce.ts'
import type { Partition } from './partition.ts'

const READ_BYTES = 256 * 1024

/** The log could not be read to its end: the leadership is gone, or the disk failed. */
export class StateLogError extends Error {
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.name = 'StateLogError'
    this.code = code
  }
}

export class PartitionStateLog implements StateLog {
  private readonly partition: Partition
  private readonly runtime: { clock: Clock; timers: Timers }
  private readonly commitTimeoutMs: number
  /** The leadership that this log belongs to; another one means another log. */
  private readonly leaderEpoch: number

  constructor(
    partition: Partition,
    runtime: { clock: Clock; timers: Timers },
    commitTimeoutMs: number,
  ) {
    this.partition = partition
    this.runtime = runtime
    this.commitTimeoutMs = commitTimeoutMs
    this.leaderEpoch = partition.leaderEpoch
  }

  private get isOver(): boolean {
    return !this.partition.isLeader || this.partition.leaderEpoch !== this.leaderEpoch
  }

  async append(records: readonly StateRecord[]): Promise<{ code: number; lastOffset: bigint }> {
    const failed = (code: number) => ({ code, lastOffset: -1n })
    if (this.isOver) return failed(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    const batch = buildBatch(records, { timestamp: BigInt(this.runtime.clock.now()) })
    const result = this.partition.append(batch, true, 'coordinator')
    if (!('lastOffset' in result)) return failed(result.code)
    const code = await this.committed(result.lastOffset)
    return { code, lastOffset: result.lastOffset }
  }

  private async committed(offset: bigint, timeoutMs = this.commitTimeoutMs): Promise<number> {
    let outcome: number = ErrorCode.NONE
    const wait = {
      partition: this.partition,
      lastOffset: offset,
      settle: (code: number) => {
        outcome = code
      },
    }
    await whenAllCommitted([wait], timeoutMs, this.runtime.timers)
    return outcome
  }

  async *read(): AsyncGenerator<(StateRecord & { offset: bigint; timestamp: bigint })[]> {
    const { log } = this.partition
    const end = log.logEndOffset
    // A new leader does not know yet how much of what it has is committed. All of it will be,
    // and some of it was acknowledged before: nothing may be decided without having read it.
    while (end > 0n && this.partition.highWatermark < end) {
      this.mustLead()
      await this.committed(end - 1n)
    }
    let from = log.logStartOffset
    while (from < end) {
      this.mustLead()
      const result = log.read(from, end, READ_BYTES, true)
      if (!('records' in result)) throw new StateLogError(result.message, result.code)
      if (result.records.length === 0) return
      const run = []
      for (const { offset, timestamp, key, value, control } of recordsOf(result.records)) {
        if (offset < from || offset >= end || control || key === null) continue
        run.push({ offset, timestamp, key, value })
      }
      let last = from
      for (const at of batchPositions(result.records)) last = lastOffset(result.records, at)
      from = last + 1n
      if (run.length > 0) yield run
      // Other partitions and clients get their turn between runs.
      await new Promise<void>((resolve) => this.runtime.timers.soon(resolve))
    }
  }

  private mustLead(): void {
    if (this.isOver) {
      throw new StateLogError('the leadership has ended', ErrorCode.NOT_LEADER_OR_FOLLOWER)
    }
  }
}

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { baseOffset, batchBytes, lastOffset, setBaseOffset } from '../records/batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import { nodeClock, nodeRandom, nodeTimers } from '../runtime/node-clock.ts'
import { createNodeDisk } from '../runtime/node-disk.ts'
import { Controller } from './controller.ts'
import { CLUSTER_ID } from './deciding.fixture.ts'
import type { MetadataLog } from './metadata-log.ts'
import { Snapshots } from './snapshots.ts'

/** A log in memory whose syncs end when the test says so. */
class HeldLog implements MetadataLog {
  readonly batches: Buffer[] = []
  readonly latestEpoch = -1
  readonly startOffset = 0n
  readonly sizeBytes = 0
  flushes = 0
  private held: { resolve: () => void; reject: (error: Error) => void }[] = []

  get endOffset(): bigint {
    const last = this.batches.at(-1)
    return last === undefined ? 0n : lastOffset(last, 0) + 1n
  }
  append(batch: Buffer): bigint {
    const first = this.endOffset
    setBaseOffset(batch, 0, first)
    this.batches.push(batch.subarray(0, batchBytes(batch, 0)))
    return first
  }
  read(from: bigint, upTo: bigint): Buffer {
    return Buffer.concat(
      this.batches.filter((batch) => lastOffset(batch, 0) >= from && baseOffset(batch, 0) < upTo),
    )
  }
  flush(): Promise<void> {
    this.flushes++
    return new Promise((resolve, reject) => this.held.push({ resolve, reject }))
  }
  trimTo(): Promise<void> {
    return Promise.resolve()
  }
  restartAt(): void {
    this.batches.length = 0
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
  release(error?: Error): void {
    for (const { resolve, reject } of this.held.splice(0)) {
      if (error === undefined) resolve()
      else reject(error)
    }
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function controllerOver(metadataLog: MetadataLog, onFault = (_error: unknown): void => undefined) {
  return new Controller({
    clusterId: CLUSTER_ID,
    nodeId: 100,
    metadataLog,
    snapshots: new Snapshots(createNodeDisk(), join(tmpdir(), 'riverglass-no-snapshots')),
    snapshotSettings: {
      recordBytesBetween: 1024 * 1024,
      intervalMs: 0,
      retentionBytes: 1024 * 1024,
      retentionMs: 1000,
    },
    clock: nodeClock,
    timers: nodeTimers,
    random: nodeRandom,
    log: silentLogger,
    sessionTimeoutMs: 60_000,
    staticConfigs: new Map(),
    onFault,
  })
}

const register = (controller: Controller, brokerId: number) =>
  controller.registerBroker({
    brokerId,
    clusterId: CLUSTER_ID,
    incarnationId: nodeRandom.uuid(),
    listeners: [{ name: 'PLAINTEXT', host: 'h', port: 1, securityProtocol: 0 }],
    features: [],
    rack: null,
    isMigratingZkBroker: false,
    logDirs: [],
    previousBrokerEpoch: -1n,
  })

describe('the controller', () => {
  it('answers, and shows followers what it decided, only when that is on disk', async () => {
    const log = new HeldLog()
    const controller = controllerOver(log)
    let answered = false
    const answer = register(controller, 1).then(() => {
      answered = true
    })
    await turn()
    expect(log.endOffset).toBe(1n)
    expect(answered).toBe(false)
    expect(controller.committedOffset).toBe(0n)
    expect(controller.read(0n, 1000)).toHaveLength(0)
    log.release()
    await answer
    expect(controller.committedOffset).toBe(1n)
    expect(controller.read(0n, 1000).length).toBeGreaterThan(0)
  })

  it('syncs once for all that was decided while a sync was under way', async () => {
    const log = new HeldLog()
    const controller = controllerOver(log)
    const answers = [1, 2, 3, 4].map((id) => register(controller, id))
    await turn()
    expect(log.flushes).toBe(1)
    log.release()
    await turn()
    expect(controller.committedOffset).toBe(1n)
    log.release()
    await Promise.all(answers)
    expect(controller.committedOffset).toBe(4n)
    expect(log.flushes).toBe(2)
  })

  it('wakes a waiting follower with the first record that is committed', async () => {
    const log = new HeldLog()
    const controller = controllerOver(log)
    const never = new AbortController()
    let woken = false
    const waiting = controller.waitFor(0n, 60_000, never.signal).then(() => {
      woken = true
    })
    const answer = register(controller, 1)
    await turn()
    expect(woken).toBe(false)
    log.release()
    await Promise.all([waiting, answer])
    const gone = controller.waitFor(1n, 60_000, never.signal)
    never.abort()
    await gone
  })

  it('answers nobody any more after a failed sync, and says so', async () => {
    const log = new HeldLog()
    const faults: unknown[] = []
    const controller = controllerOver(log, (error) => faults.push(error))
    const answer = register(controller, 1)
    const refused = expect(answer).rejects.toThrow('the disk is gone')
    await turn()
    log.release(new Error('the disk is gone'))
    await refused
    expect(faults).toHaveLength(1)
    expect(controller.committedOffset).toBe(0n)
    await expect(register(controller, 2)).rejects.toThrow('the disk is gone')
  })
})

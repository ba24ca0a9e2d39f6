import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { batchOf, createTestWorld, TOPIC_ID, testConfig } from './testing.ts'
import type { LogConfig, PartitionLog } from './types.ts'

const PRODUCER = 42n

function send(log: PartitionLog, sequence: number, count = 1, epoch = 0, id = PRODUCER) {
  const options = { producerId: id, producerEpoch: epoch, baseSequence: sequence }
  return log.appendAsLeader(batchOf(count, `s${sequence}`, options), 0, 'client')
}

function freshLog(config: Partial<LogConfig> = {}) {
  const world = createTestWorld()
  const directory = world.open(config)
  return { world, directory, log: directory.create('t', 0, TOPIC_ID, testConfig(config)) }
}

describe('an idempotent producer', () => {
  it('gets the first answer again for any of its last five batches', () => {
    const { log } = freshLog()
    for (let i = 0; i < 6; i++) send(log, i * 2, 2)
    for (let i = 1; i < 6; i++) {
      expect(send(log, i * 2, 2)).toMatchObject({
        code: 0,
        duplicate: true,
        firstOffset: BigInt(i * 2),
        lastOffset: BigInt(i * 2 + 1),
      })
    }
    expect(send(log, 0, 2)).toMatchObject({ code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
    expect(log.logEndOffset).toBe(12n)
  })

  it('is refused when it leaves a gap, and may go on where it was', () => {
    const { log } = freshLog()
    send(log, 0, 3)
    expect(send(log, 4)).toMatchObject({ code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
    expect(send(log, 3)).toMatchObject({ code: 0, duplicate: false })
  })

  it('is refused with an epoch older than the newest; a new epoch begins at sequence 0', () => {
    const { log } = freshLog()
    send(log, 0)
    expect(send(log, 1, 1, 1)).toMatchObject({ code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
    expect(send(log, 0, 1, 1)).toMatchObject({ code: 0, duplicate: false })
    expect(send(log, 1, 1, 0)).toMatchObject({ code: ErrorCode.INVALID_PRODUCER_EPOCH })
  })

  it('may begin at any sequence when nothing is known of it', () => {
    const { log } = freshLog()
    expect(send(log, 1000)).toMatchObject({ code: 0 })
  })

  it('goes on at 0 after the largest sequence, within a batch and between batches', () => {
    const { log } = freshLog()
    const largest = 2 ** 31 - 1
    send(log, largest - 1, 3)
    expect(send(log, largest - 1, 3)).toMatchObject({ duplicate: true, firstOffset: 0n })
    expect(send(log, 1)).toMatchObject({ code: 0, duplicate: false })
    const other = 43n
    send(log, largest, 1, 0, other)
    expect(send(log, 0, 1, 0, other)).toMatchObject({ code: 0, duplicate: false })
  })

  it('has the batches of one append checked one after the other', () => {
    const { log } = freshLog()
    const batch = (sequence: number) =>
      batchOf(2, 'x', { producerId: PRODUCER, producerEpoch: 0, baseSequence: sequence })
    const gap = Buffer.concat([batch(0), batch(3)])
    expect(log.appendAsLeader(gap, 0, 'client')).toMatchObject({
      code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    })
    expect(log.logEndOffset).toBe(0n)
    const inOrder = Buffer.concat([batch(0), batch(2)])
    expect(log.appendAsLeader(inOrder, 0, 'client')).toMatchObject({ code: 0, lastOffset: 3n })
  })

  it.each(['in order', 'by a kill'])('is still known after a stop %s', async (how) => {
    const config = { segmentBytes: 400 }
    const { log, directory, world } = freshLog(config)
    for (let i = 0; i < 20; i++) send(log, i)
    if (how === 'in order') await directory.close()
    else world.disk.killProcess()
    const again = world.open(config).get('t', 0) as PartitionLog
    expect(send(again, 19)).toMatchObject({ duplicate: true, firstOffset: 19n })
    expect(send(again, 21)).toMatchObject({ code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
    expect(send(again, 20)).toMatchObject({ code: 0, firstOffset: 20n })
  })

  it('is known as of the end that a truncation left', () => {
    const { log } = freshLog({ segmentBytes: 400 })
    for (let i = 0; i < 20; i++) send(log, i)
    log.truncateTo(7n)
    expect(send(log, 6)).toMatchObject({ duplicate: true, firstOffset: 6n })
    expect(send(log, 7)).toMatchObject({ code: 0, firstOffset: 7n, duplicate: false })
  })

  it('is unknown to a log that began anew', () => {
    const { log } = freshLog()
    for (let i = 0; i < 3; i++) send(log, i)
    log.restartAt(50n)
    expect(send(log, 3)).toMatchObject({ code: 0, firstOffset: 50n })
  })
})

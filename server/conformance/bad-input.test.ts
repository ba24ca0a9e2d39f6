// Bad input over raw sockets. Each case gets the protocol's own answer, and while it happens
// another client goes on producing and consuming without an error and without a loss.

import type { Consumer, Producer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { frameRequest } from '../protocol/frame.ts'
import { apis } from '../protocol/messages/index.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { connect } from './clients/kafkajs.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { createTopic } from './groups.ts'
import { eventually } from './process.ts'
import { leaderOf, RawConnection } from './raw-connection.ts'

const BYSTANDER_TOPIC = 'bystander'
const TOPIC = 'target'
const UNKNOWN_ID = 'aaaaaaaaaaaaaaaaaaaaaA'
const NOW = BigInt(Date.now())

/** Another client of the same cluster, that must not notice anything. */
class Bystander {
  readonly sent: string[] = []
  readonly received: string[] = []
  private readonly producer: Producer
  private readonly consumer: Consumer
  private failure: unknown
  private stopping = false
  private loop: Promise<void> | undefined

  constructor(bootstrap: string) {
    const kafka = connect(bootstrap)
    this.producer = kafka.producer({ retry: { retries: 0 } })
    this.consumer = kafka.consumer({ groupId: 'bystander', maxWaitTimeInMs: 100 })
  }

  async start(): Promise<void> {
    await Promise.all([this.producer.connect(), this.consumer.connect()])
    await this.consumer.subscribe({ topic: BYSTANDER_TOPIC, fromBeginning: true })
    await this.consumer.run({
      eachMessage: ({ message }) => {
        this.received.push(String(message.value))
        return Promise.resolve()
      },
    })
    this.loop = this.produce()
  }

  private async produce(): Promise<void> {
    while (!this.stopping && this.failure === undefined) {
      const value = `record ${this.sent.length}`
      try {
        await this.producer.send({ topic: BYSTANDER_TOPIC, messages: [{ value }] })
        this.sent.push(value)
      } catch (error) {
        this.failure = error
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Waits for news of its own records: what is produced from now on arrives. */
  async expectAtWork(): Promise<void> {
    const from = this.received.length
    await eventually('the other client getting on', () => {
      if (this.failure !== undefined) throw this.failure
      return this.received.length > from + 2
    })
    expect(this.failure).toBeUndefined()
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.loop
    await eventually('the last of its records', () => this.received.length >= this.sent.length)
    await Promise.all([this.producer.disconnect(), this.consumer.disconnect()])
  }
}

function sized(size: number, body = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(4)
  head.writeInt32BE(size)
  return Buffer.concat([head, body])
}

for (const kind of await clusterKinds()) {
  describe(`${kind.name}, given bad input,`, () => {
    let cluster: Cluster | undefined
    let bystander: Bystander | undefined
    let leader: string
    let raw: RawConnection

    beforeAll(async () => {
      cluster = await kind.start()
      await createTopic(cluster.bootstrap, BYSTANDER_TOPIC, 1)
      await createTopic(cluster.bootstrap, TOPIC, 1)
      leader = await leaderOf(cluster.bootstrap, TOPIC)
      bystander = new Bystander(cluster.bootstrap)
      await bystander.start()
    })
    afterAll(async () => {
      try {
        await bystander?.stop()
        expect(bystander?.received).toEqual(bystander?.sent)
      } finally {
        await cluster?.stop()
      }
    })
    beforeEach(async () => {
      raw = await RawConnection.open(leader)
    })
    afterEach(async () => {
      raw.close()
      await bystander?.expectAtWork()
    })

    const expectClosed = async (...bytes: Buffer[]): Promise<void> => {
      raw.send(...bytes)
      expect(await raw.receive()).toBeUndefined()
      expect(raw.isClosed).toBe(true)
    }

    const produce = async (
      records: Buffer,
      to: { topic?: string; partition?: number; acks?: number } = {},
    ): Promise<{ error: string; baseOffset: bigint }> => {
      const answer = await raw.request('produce', 9, {
        acks: to.acks ?? -1,
        timeoutMs: 10_000,
        topicData: [
          { name: to.topic ?? TOPIC, partitionData: [{ index: to.partition ?? 0, records }] },
        ],
      })
      const partition = answer.responses[0]?.partitionResponses[0]
      return {
        error: errorName(partition?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR),
        baseOffset: partition?.baseOffset ?? -1n,
      }
    }

    const fetch = async (topic: string, partition: number, offset: bigint): Promise<string> => {
      const answer = await raw.request('fetch', 12, {
        maxWaitMs: 100,
        topics: [
          {
            topic,
            partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 1_000_000 }],
          },
        ],
      })
      return errorName(answer.responses[0]?.partitions[0]?.errorCode ?? -1)
    }

    it.each([
      ['a frame of garbage', sized(64, Buffer.alloc(64, 0xab))],
      ['an empty frame', sized(0)],
      ['a frame of negative size', sized(-5)],
      ['a frame longer than allowed', sized(0x7fffffff)],
      ['a request of another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ])('closes the connection on %s', async (_what, bytes) => {
      await expectClosed(bytes)
    })

    it('waits for the rest of half a frame, and answers it then', async () => {
      const whole = Buffer.concat(frameRequest(apis.apiVersions.request, 0, 7, 'slow', {}))
      raw.send(whole.subarray(0, 9))
      await bystander?.expectAtWork()
      expect(raw.isClosed).toBe(false)
      raw.send(whole.subarray(9))
      expect((await raw.receive())?.readInt32BE(0)).toBe(7)
    })

    it('keeps a silent connection without harm to others', async () => {
      await bystander?.expectAtWork()
      expect(raw.isClosed).toBe(false)
    })

    it('closes the connection on an unknown API', async () => {
      const body = Buffer.from('03e70000000000010000', 'hex')
      await expectClosed(sized(body.length, body))
    })

    it('closes the connection on an unknown version of a known API', async () => {
      const body = Buffer.from('000300630000000100000000', 'hex')
      await expectClosed(sized(body.length, body))
    })

    it('answers an unknown version of ApiVersions in version 0, with the versions it has', async () => {
      const body = Buffer.from('0012006300000005ffff00', 'hex')
      raw.send(sized(body.length, body))
      const answer = await raw.receive()
      expect(answer?.readInt32BE(0)).toBe(5)
      expect(errorName(answer?.readInt16BE(4) ?? 0)).toBe('UNSUPPORTED_VERSION')
      expect(answer?.subarray(6).toString('hex')).toBe('00000001001200000004')
      expect((await raw.request('apiVersions', 0, {})).errorCode).toBe(ErrorCode.NONE)
    })

    it('closes the connection on a body that breaks off', async () => {
      const whole = Buffer.concat(
        frameRequest(apis.metadata.request, 9, 1, null, { topics: [{ name: TOPIC }] }),
      )
      await expectClosed(sized(whole.length - 4 - 6, whole.subarray(4, -6)))
    })

    it('refuses a batch whose checksum is wrong', async () => {
      const batch = buildBatch([{ value: 'good' }], { timestamp: NOW })
      batch.writeUInt8(batch.readUInt8(batch.length - 3) ^ 1, batch.length - 3)
      expect(await produce(batch)).toMatchObject({ error: 'CORRUPT_MESSAGE' })
      const sound = buildBatch([{ value: 'good' }], { timestamp: NOW })
      expect(await produce(sound)).toMatchObject({ error: 'NONE' })
    })

    it('refuses a batch that is cut short', async () => {
      const batch = buildBatch([{ value: 'good' }], { timestamp: NOW })
      expect(await produce(batch.subarray(0, -4))).not.toMatchObject({ error: 'NONE' })
    })

    it('refuses a batch over max.message.bytes', async () => {
      const batch = buildBatch([{ value: Buffer.alloc(1_100_000) }], { timestamp: NOW })
      expect(await produce(batch)).toMatchObject({ error: 'MESSAGE_TOO_LARGE' })
    })

    it('refuses acks other than 0, 1 and all', async () => {
      const batch = buildBatch([{ value: 'good' }], { timestamp: NOW })
      expect(await produce(batch, { acks: 5 })).toMatchObject({ error: 'INVALID_REQUIRED_ACKS' })
    })

    it('knows no unknown topic, partition or topic id', async () => {
      const batch = buildBatch([{ value: 'good' }], { timestamp: NOW })
      const unknown = { error: 'UNKNOWN_TOPIC_OR_PARTITION' }
      expect(await produce(batch, { topic: 'no-such-topic' })).toMatchObject(unknown)
      expect(await produce(batch, { partition: 9 })).toMatchObject(unknown)
      expect(await fetch('no-such-topic', 0, 0n)).toBe(unknown.error)
      expect(await fetch(TOPIC, 9, 0n)).toBe(unknown.error)
      const byId = await raw.request('produce', 13, {
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ topicId: UNKNOWN_ID, partitionData: [{ index: 0, records: batch }] }],
      })
      const code = byId.responses[0]?.partitionResponses[0]?.errorCode ?? -1
      expect(errorName(code)).toBe('UNKNOWN_TOPIC_ID')
    })

    it('closes the connection on a failed produce that wants no answer', async () => {
      const records = buildBatch([{ value: 'good' }], { timestamp: NOW })
      const body = {
        acks: 0,
        timeoutMs: 1000,
        topicData: [{ name: 'no-such-topic', partitionData: [{ index: 0, records }] }],
      }
      await expectClosed(...frameRequest(apis.produce.request, 9, 1, null, body))
    })

    it('says that an offset is out of range, before and after what there is', async () => {
      expect(await fetch(TOPIC, 0, 1_000_000n)).toBe('OFFSET_OUT_OF_RANGE')
      expect(await fetch(TOPIC, 0, -5n)).toBe('OFFSET_OUT_OF_RANGE')
    })

    it('answers a batch sent again by an idempotent producer with its first offset', async () => {
      // A broker that has no producer ids left asks the controller for more, and the client waits.
      const { producerId, producerEpoch } = await eventually('a producer id', async () => {
        const answer = await raw.request('initProducerId', 4, { transactionalId: null })
        return answer.errorCode === ErrorCode.NONE && answer
      })
      const batchOf = (baseSequence: number): Buffer =>
        buildBatch([{ value: 'a' }, { value: 'b' }], {
          timestamp: NOW,
          producerId,
          producerEpoch,
          baseSequence,
        })
      const first = await produce(batchOf(0))
      expect(first.error).toBe('NONE')
      expect(await produce(batchOf(0))).toEqual(first)
      expect(await produce(batchOf(2))).toEqual({
        error: 'NONE',
        baseOffset: first.baseOffset + 2n,
      })
      expect((await produce(batchOf(7))).error).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    })
  })
}

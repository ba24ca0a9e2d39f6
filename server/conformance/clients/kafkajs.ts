// kafkajs, with the codecs it lacks from server/records: gzip is its own.

import kafkajs, { type KafkaMessage, type Kafka as KafkaType } from 'kafkajs'
import { codecNumber, compress, decompress } from '../../records/compression.ts'
import { eventually } from '../process.ts'
import type { ReadRecord } from '../workload.ts'
import type { Client, Codec, Member } from './client.ts'

const { CompressionCodecs, CompressionTypes, Kafka, Partitioners, logLevel } = kafkajs

const types: Record<Codec, kafkajs.CompressionTypes> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}

for (const name of ['snappy', 'lz4', 'zstd'] as const) {
  const codec = codecNumber(name)
  Reflect.set(CompressionCodecs, types[name], () => ({
    compress: (encoder: { buffer: Buffer }) => Promise.resolve(compress(codec, encoder.buffer)),
    decompress: (data: Buffer) => Promise.resolve(decompress(codec, data)),
  }))
}

const BATCH_RECORDS = 2000

export function connect(bootstrap: string): KafkaType {
  return new Kafka({
    brokers: bootstrap.split(','),
    clientId: 'conformance',
    logLevel: process.env.KAFKAJS_LOG === undefined ? logLevel.NOTHING : logLevel.INFO,
    retry: { initialRetryTime: 100, retries: 10 },
  })
}

function headerText(headers: KafkaMessage['headers']): string {
  return Object.entries(headers ?? {})
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',')
}

export const kafkajsClient: Client = {
  name: 'kafkajs',
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  headers: 'own',
  absence: () => Promise.resolve(undefined),

  async produce(bootstrap, topic, records, { codec, idempotent }) {
    const producer = connect(bootstrap).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent,
      allowAutoTopicCreation: false,
    })
    await producer.connect()
    for (let from = 0; from < records.length; from += BATCH_RECORDS) {
      await producer.send({
        topic,
        acks: -1,
        compression: types[codec],
        messages: records.slice(from, from + BATCH_RECORDS).map(({ key, value, headers }) => ({
          key,
          value,
          headers: Object.fromEntries(headers),
        })),
      })
    }
    await producer.disconnect()
  },

  async consume(bootstrap, topic, count) {
    const read: ReadRecord[] = []
    const consumer = connect(bootstrap).consumer({
      groupId: `read-${topic}-${Math.random().toString(36).slice(2)}`,
      maxWaitTimeInMs: 200,
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachBatch: ({ batch }) => {
        for (const { offset, key, value, headers } of batch.messages) {
          read.push({
            partition: batch.partition,
            offset: BigInt(offset),
            key: String(key),
            value: String(value),
            headers: headerText(headers),
          })
        }
        return Promise.resolve()
      },
    })
    await eventually(`reading ${count} records`, () => read.length >= count).catch(() => undefined)
    await consumer.disconnect()
    return read
  },

  async join(bootstrap, group, topic) {
    const values: string[] = []
    const consumer = connect(bootstrap).consumer({
      groupId: group,
      maxWaitTimeInMs: 200,
      heartbeatInterval: 500,
      sessionTimeout: 10_000,
      rebalanceTimeout: 10_000,
    })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: ({ message }) => {
        values.push(String(message.value))
        return Promise.resolve()
      },
    })
    const member: Member = { values, stop: () => consumer.disconnect() }
    return member
  },
}

// What a topic demands of its records, for messages that name it before or after the broker does.

import { describeTopicConfigs } from '../../client/configs.ts'
import { KafkaError } from '../../client/errors.ts'
import { BATCH_HEADER_BYTES } from '../../records/batch.ts'
import type { Cluster } from '../cluster.ts'
import { ApiError } from '../problem.ts'

const SIZE = 'max.message.bytes'
const CLEANUP = 'cleanup.policy'

export interface TopicLimits {
  /** Most bytes that a batch may have; undefined when the cluster does not tell. */
  batchBytesMax: number | undefined
  /** A compacted topic takes no record without a key. */
  needsKeys: boolean
}

const UNKNOWN: TopicLimits = { batchBytesMax: undefined, needsKeys: false }

export async function topicLimits(cluster: Cluster, topic: string): Promise<TopicLimits> {
  try {
    const options = { names: [SIZE, CLEANUP], withDetails: false }
    const rows = (await describeTopicConfigs(cluster.client, [topic], options)).get(topic)
    if (rows === undefined || rows instanceof KafkaError) return UNKNOWN
    const read = (config: string) => rows.find(({ name }) => name === config)?.value ?? ''
    const size = Number(read(SIZE) || Number.NaN)
    return {
      batchBytesMax: Number.isSafeInteger(size) ? size : undefined,
      needsKeys: read(CLEANUP).split(',').includes('compact'),
    }
  } catch {
    // Only the messages get poorer without it; the broker checks anyway.
    return UNKNOWN
  }
}

/** Whether a record of that size fits no batch of the topic, uncompressed. */
export function isOver(bytes: number, { batchBytesMax }: TopicLimits): boolean {
  return batchBytesMax !== undefined && bytes + BATCH_HEADER_BYTES > batchBytesMax
}

export function tooLarge(topic: string, bytes: number, { batchBytesMax }: TopicLimits): ApiError {
  const takes =
    batchBytesMax === undefined
      ? 'more than the topic takes'
      : `and ${topic} takes at most ${grouped(batchBytesMax)} in a batch (${SIZE})`
  return new ApiError(413, {
    code: 'message_too_large',
    message: `The record is too large: it has about ${grouped(bytes)} bytes, ${takes}.`,
    kafka: 'MESSAGE_TOO_LARGE',
  })
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

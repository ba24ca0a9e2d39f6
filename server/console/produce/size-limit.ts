// What a topic says about the size of its records, for messages that name the limit.

import { describeTopicConfigs } from '../../client/configs.ts'
import { KafkaError } from '../../client/errors.ts'
import { BATCH_HEADER_BYTES } from '../../records/batch.ts'
import type { Cluster } from '../cluster.ts'
import { ApiError } from '../problem.ts'

const LIMIT = 'max.message.bytes'

/** Most bytes that a batch may have in the topic; undefined when the cluster does not tell. */
export async function batchBytesMax(cluster: Cluster, topic: string): Promise<number | undefined> {
  try {
    const options = { names: [LIMIT], withDetails: false }
    const rows = (await describeTopicConfigs(cluster.client, [topic], options)).get(topic)
    if (rows === undefined || rows instanceof KafkaError) return undefined
    const value = Number(rows.find(({ name }) => name === LIMIT)?.value ?? Number.NaN)
    return Number.isSafeInteger(value) ? value : undefined
  } catch {
    // Only the message gets poorer without it, and the broker checks anyway.
    return undefined
  }
}

/** Whether a record of that size fits no batch of the topic, uncompressed. */
export function isOver(bytes: number, limit: number | undefined): boolean {
  return limit !== undefined && bytes + BATCH_HEADER_BYTES > limit
}

export function tooLarge(topic: string, bytes: number, limit: number | undefined): ApiError {
  const takes =
    limit === undefined
      ? 'more than the topic takes'
      : `and ${topic} takes at most ${grouped(limit)} in a batch (${LIMIT})`
  return new ApiError(413, {
    code: 'message_too_large',
    message: `The record is too large: it has about ${grouped(bytes)} bytes, ${takes}.`,
    kafka: 'MESSAGE_TOO_LARGE',
  })
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

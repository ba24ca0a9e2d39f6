// The connections of a load: one to each broker that leads partitions of the topic, as the usual
// clients have it, with the partitions that go over it.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { KafkaConnection } from '../../client/connection.ts'
import { LATEST, listOffsets } from '../../client/offsets.ts'
import { FrameBuffers } from '../../protocol/frame-buffers.ts'
import { nodeTimers } from '../../runtime/node-clock.ts'
import { nodeNetwork } from '../../runtime/node-network.ts'

const KEPT_BYTES_MAX = 16 * 1024 * 1024
const REQUEST_TIMEOUT_MS = 60_000

export interface Lane {
  connection: KafkaConnection
  /** Answers lie in these; who has counted one gives it back, so that reading costs little. */
  buffers: FrameBuffers
  partitions: number[]
}

export async function openLanes(client: ClusterClient, topic: string): Promise<Lane[]> {
  const { partitions } = await client.topic(topic)
  const byLeader = new Map<number, number[]>()
  for (const { leader, partition } of partitions) {
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
  }
  const brokers = await client.brokers()
  return [...byLeader].map(([leader, led]) => {
    const broker = brokers.find(({ id }) => id === leader)
    if (broker === undefined) throw new Error(`broker ${leader} leads ${topic} and is not known`)
    const buffers = new FrameBuffers(KEPT_BYTES_MAX)
    const connection = new KafkaConnection({
      network: nodeNetwork,
      timers: nodeTimers,
      host: broker.host,
      port: broker.port,
      clientId: 'bench',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      buffers,
    })
    return { connection, buffers, partitions: led }
  })
}

/** The offset after the last committed record of each partition. Throws what a broker refuses. */
export async function endOffsets(
  client: ClusterClient,
  topic: string,
  lanes: readonly Lane[],
): Promise<Map<number, bigint>> {
  const partitions = lanes.flatMap((lane) => lane.partitions)
  const answers = await listOffsets(
    client,
    partitions.map((partition) => ({ topic, partition, timestamp: LATEST })),
  )
  return new Map(
    answers.map((answer, index) => {
      if (!('value' in answer)) throw answer.error
      return [partitions[index] as number, answer.value.offset]
    }),
  )
}

export function closeLanes(lanes: readonly Lane[]): void {
  for (const { connection } of lanes) connection.close()
}

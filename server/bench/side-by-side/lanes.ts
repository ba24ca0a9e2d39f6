// The connections of a load: one to each broker that leads partitions of the topic, as the usual
// clients have it, with the partitions that go over it.

import type { ClusterClient } from '../../client/cluster-client.ts'
import type { KafkaConnection } from '../../client/connection.ts'

export interface Lane {
  connection: KafkaConnection
  partitions: number[]
}

export async function openLanes(client: ClusterClient, topic: string): Promise<Lane[]> {
  const { partitions } = await client.topic(topic)
  const byLeader = new Map<number, number[]>()
  for (const { leader, partition } of partitions) {
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
  }
  return await Promise.all(
    [...byLeader].map(async ([leader, led]) => ({
      connection: await client.openOwned(leader),
      partitions: led,
    })),
  )
}

export function closeLanes(lanes: readonly Lane[]): void {
  for (const { connection } of lanes) connection.close()
}

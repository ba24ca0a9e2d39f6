// What a cluster says of a consumer group, asked through kafkajs: who owns which partition, and
// what is committed. Independent of the client that the group's members use.

import kafkajs, { type Admin } from 'kafkajs'
import { connect } from './clients/kafkajs.ts'
import { eventually } from './process.ts'
import { RawConnection } from './raw-connection.ts'

const { AssignerProtocol } = kafkajs

export async function withAdmin<T>(
  bootstrap: string,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = connect(bootstrap).admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Creates a topic and waits until every broker knows a leader of each of its partitions. */
export async function createTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
): Promise<void> {
  await withAdmin(bootstrap, (admin) =>
    admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, replicationFactor: 3 }],
    }),
  )
  await Promise.all(bootstrap.split(',').map((address) => awaitLeaders(address, topic, partitions)))
}

async function awaitLeaders(address: string, topic: string, partitions: number): Promise<void> {
  const connection = await RawConnection.open(address)
  await eventually(`leaders of ${topic} at ${address}`, async () => {
    const answer = await connection.request('metadata', 9, { topics: [{ name: topic }] })
    const led = answer.topics[0]?.partitions.filter(({ leaderId }) => leaderId >= 0)
    return led?.length === partitions
  })
  connection.close()
}

/**
 * Waits until the group is stable with `members` members among whom every partition of the topic
 * is owned, and answers the owners of each partition.
 */
export function awaitOwners(
  bootstrap: string,
  group: string,
  topic: string,
  members: number,
): Promise<string[][]> {
  return withAdmin(bootstrap, (admin) =>
    eventually(`group ${group} stable with ${members} members`, async () => {
      const { groups } = await admin.describeGroups([group])
      const described = groups[0]
      if (described?.state !== 'Stable' || described.members.length !== members) return undefined
      const owners: string[][] = []
      for (const { memberId, memberAssignment } of described.members) {
        const assignment = AssignerProtocol.MemberAssignment.decode(memberAssignment)
        for (const partition of assignment?.assignment[topic] ?? []) {
          owners[partition] = [...(owners[partition] ?? []), memberId]
        }
      }
      return owners
    }),
  )
}

/** Committed offset and end offset of each partition. */
export function committedAndEnd(
  bootstrap: string,
  group: string,
  topic: string,
): Promise<{ committed: string[]; end: string[] }> {
  return withAdmin(bootstrap, async (admin) => {
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    const end = await admin.fetchTopicOffsets(topic)
    const inOrder = (rows: { partition: number; offset: string }[]): string[] =>
      [...rows].sort((a, b) => a.partition - b.partition).map((row) => row.offset)
    return { committed: inOrder(committed?.partitions ?? []), end: inOrder(end) }
  })
}

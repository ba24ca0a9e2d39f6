// Real clients against a real cluster: what they send is there once, unchanged and in order, for
// whichever client reads it; groups share out partitions; offsets outlast the process.

import { beforeAll, describe, expect, it } from 'vitest'
import type { Client, Member } from './clients/client.ts'
import { confluent } from './clients/confluent.ts'
import { java } from './clients/java.ts'
import { kafkajsClient } from './clients/kafkajs.ts'
import { kcat } from './clients/kcat.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { awaitOwners, committedAndEnd, createTopic } from './groups.ts'
import { eventually } from './process.ts'
import { digestByPartition, findFaults, idOf, makeRecords } from './workload.ts'

const RECORDS = 100_000
const PARTITIONS = 6
const GROUP_RECORDS = 3000

const clients: Client[] = [kcat, kafkajsClient, confluent, java]
const absences = new Map<Client, string>()
for (const client of clients) {
  const absence = await client.absence()
  if (absence === undefined) continue
  absences.set(client, absence)
  console.log(`${client.name} is left out: ${absence}`)
}
const present = clients.filter((client) => !absences.has(client))

/** The next client in the round, to read what another one wrote. */
function otherThan(client: Client): Client {
  return present[(present.indexOf(client) + 1) % present.length] ?? client
}

function idsOf(members: readonly Member[]): Set<number> {
  return new Set(members.flatMap((member) => member.values.map(idOf)))
}

async function awaitIds(members: readonly Member[], until: number): Promise<void> {
  await eventually(`records up to ${until} seen`, () => idsOf(members).size >= until).catch(
    (error: unknown) => {
      throw new Error(`${idsOf(members).size} of ${until} records were seen`, { cause: error })
    },
  )
}

function expectOneOwnerEach(owners: string[][]): void {
  expect(owners.map((members) => members.length)).toEqual(Array(PARTITIONS).fill(1))
}

for (const kind of await clusterKinds()) {
  describe(kind.name, () => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await kind.start()
      return () => cluster.stop()
    })

    describe.each(clients)('$name', (client) => {
      const skip = absences.has(client)

      it.skipIf(skip)(`${RECORDS} records over all its codecs come back unchanged`, async () => {
        const topic = `codecs-${client.name}`
        await createTopic(cluster.bootstrap, topic, PARTITIONS)
        const each = RECORDS / client.codecs.length
        for (const [i, codec] of client.codecs.entries()) {
          const records = makeRecords(i * each, each, client.headers)
          await client.produce(cluster.bootstrap, topic, records, {
            codec,
            idempotent: i % 2 === 0,
          })
        }
        const own = await client.consume(cluster.bootstrap, topic, RECORDS)
        expect(findFaults(own, 0, RECORDS, client.headers)).toEqual([])
        const other = await otherThan(client).consume(cluster.bootstrap, topic, RECORDS)
        expect(digestByPartition(other)).toEqual(digestByPartition(own))
      })

      it.skipIf(skip)('a group shares out partitions, and resumes after a restart', async () => {
        const topic = `group-${client.name}`
        const group = `g-${client.name}`
        const { bootstrap } = cluster
        const send = (from: number): Promise<void> =>
          client.produce(bootstrap, topic, makeRecords(from, GROUP_RECORDS, client.headers), {
            codec: 'none',
            idempotent: true,
          })
        await createTopic(bootstrap, topic, PARTITIONS)
        await send(0)

        const members = await Promise.all([1, 2, 3].map(() => client.join(bootstrap, group, topic)))
        expectOneOwnerEach(await awaitOwners(bootstrap, group, topic, 3))
        await awaitIds(members, GROUP_RECORDS)

        await members[0]?.stop()
        expectOneOwnerEach(await awaitOwners(bootstrap, group, topic, 2))
        members.push(await client.join(bootstrap, group, topic))
        expectOneOwnerEach(await awaitOwners(bootstrap, group, topic, 3))
        await send(GROUP_RECORDS)
        await awaitIds(members, 2 * GROUP_RECORDS)

        await Promise.all(members.slice(1).map((member) => member.stop()))
        const before = await committedAndEnd(bootstrap, group, topic)
        expect(before.committed).toEqual(before.end)

        await cluster.restart()
        expect(await committedAndEnd(bootstrap, group, topic)).toEqual(before)
        await send(2 * GROUP_RECORDS)
        const resumed = await client.join(bootstrap, group, topic)
        await eventually('what was sent since', () => resumed.values.length >= GROUP_RECORDS)
        await resumed.stop()
        const ids = resumed.values.map(idOf).sort((a, b) => a - b)
        expect(ids).toEqual(Array.from({ length: GROUP_RECORDS }, (_, i) => 2 * GROUP_RECORDS + i))
      })
    })
  })
}

// The whole process is killed while a client produces: what was acknowledged is still there, once
// and in order, committed offsets too, and clients go on without being restarted.

import { beforeAll, describe, expect, it } from 'vitest'
import { connect, kafkajsClient } from './clients/kafkajs.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { committedAndEnd, createTopic } from './groups.ts'
import { eventually } from './process.ts'

const TOPIC = 'survivors'
const GROUP = 'before-the-crash'
const PARTITIONS = 4

for (const kind of await clusterKinds()) {
  describe(`${kind.name}, killed while a client produces,`, () => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await kind.start()
      await createTopic(cluster.bootstrap, TOPIC, PARTITIONS)
      return () => cluster.stop()
    })

    it('keeps what it acknowledged, and the same producer goes on', async () => {
      const producer = connect(cluster.bootstrap).producer({ retry: { retries: 50 } })
      await producer.connect()
      const acknowledged: { partition: number; offset: bigint; value: string }[] = []
      const send = async (): Promise<void> => {
        const partition = acknowledged.length % PARTITIONS
        const value = `record ${acknowledged.length}`
        const [answer] = await producer.send({
          topic: TOPIC,
          acks: -1,
          messages: [{ partition, value }],
        })
        acknowledged.push({ partition, offset: BigInt(answer?.baseOffset ?? -1), value })
      }
      let stopping = false
      let failure: unknown
      const loop = (async () => {
        while (!stopping) {
          // What was not acknowledged is sent again under the same number, as a program would.
          await send().catch((error: unknown) => {
            failure = error
          })
        }
      })()

      await eventually('some records', () => acknowledged.length > 200)
      const member = await kafkajsClient.join(cluster.bootstrap, GROUP, TOPIC)
      await eventually('the group to read', () => member.values.length > 200)
      await member.stop()
      const committed = async (): Promise<string[]> =>
        (await committedAndEnd(cluster.bootstrap, GROUP, TOPIC)).committed
      const before = await committed()

      await cluster.crash()
      const atCrash = acknowledged.length
      const goneOn = eventually(
        'the producer to go on',
        () => acknowledged.length > atCrash + 200,
        120_000,
      )
      await goneOn.catch((error: unknown) => {
        throw failure ?? error
      })
      stopping = true
      await loop
      await producer.disconnect()

      expect(await eventually('the committed offsets', committed)).toEqual(before)
      const { end } = await committedAndEnd(cluster.bootstrap, GROUP, TOPIC)
      const count = end.reduce((sum, offset) => sum + Number(offset), 0)
      const read = await kafkajsClient.consume(cluster.bootstrap, TOPIC, count)
      const valueAt = new Map(read.map((row) => [`${row.partition}-${row.offset}`, row.value]))
      expect(valueAt.size).toBe(count)
      const lost = acknowledged.filter(
        ({ partition, offset, value }) => valueAt.get(`${partition}-${offset}`) !== value,
      )
      expect(lost).toEqual([])
    })
  })
}

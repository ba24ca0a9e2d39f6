// One broker's disk is full: a small file system of its own, mounted where its logs lie. The others
// lead and acknowledge on, the broker says that its log directory is offline, and with more room a
// restart brings all of it back. Needs root on Linux, to mount.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { connect, kafkajsClient } from './clients/kafkajs.ts'
import { type Cluster, startRiverglass } from './clusters.ts'
import { tmpfsAbsence } from './file-systems.ts'
import { withAdmin } from './groups.ts'
import { eventually, run, runOk } from './process.ts'
import { RawConnection } from './raw-connection.ts'

const STORAGE_ERROR = 56
const TOPIC = 'filling'
const ALONE = 'alone'
const FULL = 2
const VALUE_BYTES = 100_000
/** More than fits. */
const RECORDS_MAX = 200

const absence = await tmpfsAbsence()
if (absence !== undefined) console.log(`The full disk is left out: ${absence}`)

let cluster: Cluster | undefined
let mounted: string | undefined
afterAll(async () => {
  // A mounted folder cannot be removed; what is open in it goes with the process.
  if (mounted !== undefined) await run('umount', ['--lazy', mounted])
  await cluster?.stop()
})

async function logDirectoryErrors(bootstrap: string): Promise<number[]> {
  const address = bootstrap.split(',')[FULL - 1] as string
  const connection = await RawConnection.open(address)
  const { results } = await connection.request('describeLogDirs', 4, { topics: null })
  connection.close()
  return results.map(({ errorCode }) => errorCode)
}

it.skipIf(absence !== undefined)(
  'a full disk takes one broker’s logs out of service, and more room brings them back',
  async () => {
    cluster = await startRiverglass(async (folder) => {
      mounted = join(folder, `broker-${FULL}`)
      mkdirSync(mounted)
      await runOk('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', mounted])
    })
    const { bootstrap } = cluster
    const safe = [{ name: 'min.insync.replicas', value: '2' }]
    await withAdmin(bootstrap, (admin) =>
      admin.createTopics({
        topics: [
          { topic: TOPIC, numPartitions: 3, replicationFactor: 3, configEntries: safe },
          { topic: ALONE, replicaAssignment: [{ partition: 0, replicas: [FULL] }] },
        ],
      }),
    )
    const early = connect(bootstrap).producer()
    await early.connect()
    await early.send({ topic: ALONE, acks: -1, messages: [{ value: 'before' }] })
    await early.disconnect()
    // One that knows nothing of the topic that loses its only replica: kafkajs would give up both.
    const producer = connect(bootstrap).producer({ retry: { retries: 20 } })
    await producer.connect()
    const value = 'x'.repeat(VALUE_BYTES)
    let acknowledged = 0
    while (acknowledged < RECORDS_MAX) {
      const partition = acknowledged % 3
      await producer.send({ topic: TOPIC, acks: -1, messages: [{ partition, value }] })
      acknowledged++
    }
    await eventually('the full broker to say so', async () =>
      (await logDirectoryErrors(bootstrap)).includes(STORAGE_ERROR),
    )
    const layout = (topic: string) =>
      withAdmin(bootstrap, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        return topics[0]?.partitions ?? []
      })
    await eventually('the others to lead all of it', async () =>
      (await layout(TOPIC)).every(({ leader, isr }) => leader !== FULL && !isr.includes(FULL)),
    )
    // Nobody else has it: it has no leader, and is not lost.
    const refused = connect(bootstrap).producer({ retry: { retries: 1, initialRetryTime: 50 } })
    await refused.connect()
    await expect(
      refused.send({ topic: ALONE, acks: -1, messages: [{ value: 'x' }] }),
    ).rejects.toThrow(/leader|leadership/i)
    await refused.disconnect()
    await producer.disconnect()

    await runOk('mount', ['-o', 'remount,size=256m', mounted ?? ''])
    await cluster.restart()
    expect(await logDirectoryErrors(bootstrap)).toEqual([0])
    await eventually('all three in sync again', async () =>
      (await layout(TOPIC)).every(({ isr }) => isr.length === 3),
    )
    const read = await kafkajsClient.consume(bootstrap, TOPIC, acknowledged)
    expect(read.length).toBe(acknowledged)
    expect(read.every((record) => record.value === value)).toBe(true)
    const alone = await kafkajsClient.consume(bootstrap, ALONE, 1)
    expect(alone.map((record) => record.value)).toEqual(['before'])
    await withAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: [TOPIC] }))
  },
)

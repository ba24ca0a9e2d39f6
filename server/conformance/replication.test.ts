// Real clients and Kafka's tools on what replicas do for readers and for each other: fetch
// sessions, the nearest replica, reassignments with a throttle.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { java, runTool, watchTool } from './clients/java.ts'
import { kafkajsClient } from './clients/kafkajs.ts'
import { kcat } from './clients/kcat.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { createTopic, withAdmin } from './groups.ts'
import { eventually, run } from './process.ts'
import { idOf, makeRecords } from './workload.ts'

const RECORDS = 2000
const CONFIGS = {
  'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
}

const javaAbsence = await java.absence()
if (javaAbsence !== undefined) console.log(`The Java tools are left out: ${javaAbsence}`)
const kcatAbsence = await kcat.absence()
if (kcatAbsence !== undefined) console.log(`kcat is left out: ${kcatAbsence}`)

for (const kind of await clusterKinds()) {
  describe(kind.name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'riverglass-reassign-'))
    let cluster: Cluster
    const tool = (name: string, ...args: string[]): Promise<string> =>
      runTool(name, ['--bootstrap-server', cluster.bootstrap, ...args])
    const produce = (topic: string, from: number, count: number) =>
      kafkajsClient.produce(cluster.bootstrap, topic, makeRecords(from, count, 'own'), {
        codec: 'none',
        idempotent: true,
      })

    beforeAll(async () => {
      cluster = await kind.start(CONFIGS)
      await createTopic(cluster.bootstrap, 'near', 3)
      await produce('near', 0, RECORDS)
      return async () => {
        rmSync(folder, { recursive: true })
        await cluster.stop()
      }
    })

    it.skipIf(kcatAbsence !== undefined)('kcat reads from the replica in its rack', async () => {
      const { code, stdout, stderr } = await run('kcat', [
        ...['-C', '-b', cluster.bootstrap, '-t', 'near', '-e', '-q', '-f', '%o\\n'],
        ...['-X', 'client.rack=rack-3', '-d', 'fetch,topic'],
      ])
      expect(code, stderr.slice(-500)).toBe(0)
      expect(stdout.split('\n')).toHaveLength(RECORDS + 1)
      // Those that broker 3 leads need not move.
      expect(stderr).toMatch(/migrating from broker [12] to 3 .*preferred replica updated/)
      expect(stderr).not.toMatch(/from broker 3 to [12]/)
    })

    it.skipIf(javaAbsence !== undefined)(
      'the Java consumer reads from the replica in its rack, in sessions, while a topic goes',
      async () => {
        await createTopic(cluster.bootstrap, 'kept', 4)
        await createTopic(cluster.bootstrap, 'doomed', 4)
        await produce('kept', 0, 100)
        await produce('doomed', 0, 100)
        // Without a group that commits: the Java client cannot leave a topic that is gone while it
        // retries to commit offsets of it. It may read again what it has read.
        const seen = new Set<number>()
        const logged = { preferred: false, incremental: 0, errors: [] as string[] }
        const consumer = watchTool(
          'kafka-console-consumer',
          [
            ...['--bootstrap-server', cluster.bootstrap, '--include', 'kept|doomed'],
            ...['--from-beginning', '--command-property', 'client.rack=rack-2'],
            ...['--command-property', 'metadata.max.age.ms=1000'],
            ...['--formatter-property', 'print.partition=true'],
          ],
          (line) => {
            if (/Updating preferred read replica .* to 2,/.test(line)) logged.preferred = true
            if (line.includes('Built incremental fetch')) logged.incremental++
            if (/\bERROR\b|full fetch response with/.test(line)) logged.errors.push(line)
            const [, value] = /^Partition:\d+\t(.*)/.exec(line) ?? []
            if (value !== undefined) seen.add(idOf(value))
          },
        )
        await eventually('the records that are there', () => seen.size === 100)
        expect(logged.preferred).toBe(true)
        await withAdmin(cluster.bootstrap, (admin) => admin.deleteTopics({ topics: ['doomed'] }))
        await produce('kept', 100, 100)
        await eventually('what came since', () => seen.size === 200)
        const before = logged.incremental
        await eventually('further rounds of its sessions', () => logged.incremental > before + 5)
        await consumer.stop()
        expect(logged.errors).toEqual([])
      },
    )

    describe.skipIf(javaAbsence !== undefined)('kafka-reassign-partitions', () => {
      const configs = (type: string, name: string) =>
        tool('kafka-configs', '--describe', '--entity-type', type, '--entity-name', name)
      const reassign = (topic: string, replicas: number[], ...args: string[]) => {
        const file = join(folder, `${topic}.json`)
        const partitions = [{ topic, partition: 0, replicas }]
        writeFileSync(file, JSON.stringify({ version: 1, partitions }))
        return tool('kafka-reassign-partitions', '--reassignment-json-file', file, ...args)
      }
      /** One partition of some 400 kB on broker 1 alone. */
      const makeTopic = async (topic: string) => {
        await tool('kafka-topics', '--create', '--topic', topic, '--replica-assignment', '1')
        await produce(topic, 0, 10 * RECORDS)
      }

      it('moves a partition with a throttle, which verify takes away at the end', async () => {
        await makeTopic('moved')
        const executed = await reassign('moved', [2, 3], '--execute', '--throttle', '2000')
        expect(executed).toContain('The inter-broker throttle limit was set to 2000 B/s')
        expect(await configs('brokers', '1')).toContain('leader.replication.throttled.rate=2000')
        expect(await configs('brokers', '3')).toContain('follower.replication.throttled.rate=2000')
        const named = await configs('topics', 'moved')
        expect(named).toContain('leader.replication.throttled.replicas=0:1')
        expect(named).toContain('follower.replication.throttled.replicas=0:2,0:3')
        expect(await reassign('moved', [2, 3], '--verify')).toContain(
          'moved-0 is still in progress',
        )

        await reassign('moved', [2, 3], '--execute', '--additional', '--throttle', '50000000')
        await eventually('the end of the reassignment', async () => {
          const verified = await reassign('moved', [2, 3], '--verify')
          return verified.includes('Reassignment of partition moved-0 is completed')
        })
        expect(await configs('brokers', '1')).not.toContain('throttled')
        expect(await configs('topics', 'moved')).not.toContain('throttled')
        expect(await tool('kafka-topics', '--describe', '--topic', 'moved')).toMatch(
          /Leader: [23]\s+Replicas: 2,3\s+Isr: [23],[23]/,
        )
      })

      it('takes back a reassignment that a throttle holds up', async () => {
        await makeTopic('stays')
        await reassign('stays', [2, 3], '--execute', '--throttle', '1000')
        const cancelled = await reassign('stays', [2, 3], '--cancel')
        expect(cancelled).toContain('Successfully cancelled partition reassignment for: stays-0')
        expect(await configs('topics', 'stays')).not.toContain('throttled')
        await eventually('the partition where it was', async () => {
          const described = await tool('kafka-topics', '--describe', '--topic', 'stays')
          return /Leader: 1\s+Replicas: 1\s+Isr: 1\s/.test(described)
        })
      })
    })
  })
}

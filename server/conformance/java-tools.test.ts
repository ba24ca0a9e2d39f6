// Apache Kafka's command-line tools against a real cluster, and its log dump on the files that
// the cluster left on disk: segments, indexes, committed offsets and the metadata log.

import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { java, runTool } from './clients/java.ts'
import { kafkajsClient } from './clients/kafkajs.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { createTopic } from './groups.ts'
import { eventually } from './process.ts'
import { makeRecords } from './workload.ts'

const RECORDS = 20_000
const TOPIC = 'rows'
const GROUP = 'readers'

/** What Apache Kafka 4.3 offers, of the APIs that this slice serves. */
const SERVED = {
  'Produce(0)': '0 to 13',
  'Fetch(1)': '4 to 18',
  'ListOffsets(2)': '1 to 11',
  'Metadata(3)': '0 to 13',
  'OffsetCommit(8)': '2 to 10',
  'OffsetFetch(9)': '1 to 10',
  'FindCoordinator(10)': '0 to 6',
  'JoinGroup(11)': '0 to 9',
  'Heartbeat(12)': '0 to 4',
  'LeaveGroup(13)': '0 to 5',
  'SyncGroup(14)': '0 to 5',
  'DescribeGroups(15)': '0 to 6',
  'ListGroups(16)': '0 to 5',
  'ApiVersions(18)': '0 to 4',
  'CreateTopics(19)': '2 to 7',
  'DeleteTopics(20)': '1 to 6',
  'DeleteRecords(21)': '0 to 2',
  'InitProducerId(22)': '0 to 5',
  'OffsetForLeaderEpoch(23)': '2 to 4',
  'DescribeConfigs(32)': '1 to 4',
  'AlterConfigs(33)': '0 to 2',
  'DescribeLogDirs(35)': '1 to 5',
  'CreatePartitions(37)': '0 to 3',
  'DeleteGroups(42)': '0 to 2',
  'ElectLeaders(43)': '0 to 2',
  'IncrementalAlterConfigs(44)': '0 to 1',
  'AlterPartitionReassignments(45)': '0 to 1',
  'ListPartitionReassignments(46)': '0',
  'OffsetDelete(47)': '0',
  'DescribeQuorum(55)': '0 to 2',
  'DescribeCluster(60)': '0 to 2',
  'DescribeTopicPartitions(75)': '0',
}

const absence = await java.absence()
if (absence !== undefined) console.log(`The Java tools are left out: ${absence}`)

/** Files of a partition below the cluster's folder, in every broker, by the end of their name. */
function filesOf(folder: string, partition: string, suffix: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(dirname(path)) === partition && path.endsWith(suffix))
    .map((path) => join(folder, path))
}

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '')
}

for (const kind of await clusterKinds()) {
  describe.skipIf(absence !== undefined)(`${kind.name}, seen by Kafka's own tools,`, () => {
    let cluster: Cluster
    const tool = (name: string, ...args: string[]): Promise<string> =>
      runTool(name, ['--bootstrap-server', cluster.bootstrap, ...args])

    beforeAll(async () => {
      cluster = await kind.start()
      await createTopic(cluster.bootstrap, TOPIC, 3)
      await kafkajsClient.produce(cluster.bootstrap, TOPIC, makeRecords(0, RECORDS, 'own'), {
        codec: 'lz4',
        idempotent: true,
      })
      const member = await kafkajsClient.join(cluster.bootstrap, GROUP, TOPIC)
      await eventually('the group to read all', () => member.values.length >= RECORDS)
      await member.stop()
      return () => cluster.stop()
    })

    it('lists what every broker serves', async () => {
      const output = await tool('kafka-broker-api-versions')
      expect(output.match(/^127\.0\.0\.1:\d+ \(id: \d+ rack: .*\) -> \($/gm)).toHaveLength(3)
      for (const [name, versions] of Object.entries(SERVED)) {
        expect(output).toContain(`\t${name}: ${versions} [usable: ${versions.split(' ').at(-1)}]`)
      }
    })

    it('creates, grows, describes and deletes topics', async () => {
      const topics = (...args: string[]): Promise<string> => tool('kafka-topics', ...args)
      const config = ['--config', 'retention.ms=3600000']
      const partitions = (count: number): string[] => ['--partitions', String(count)]
      await topics('--create', '--topic', 'made', ...partitions(2), ...config)
      expect(linesOf(await topics('--list'))).toEqual(expect.arrayContaining(['made', TOPIC]))
      await topics('--alter', '--topic', 'made', ...partitions(5))
      const described = await eventually('all five partitions', async () => {
        const lines = linesOf(await topics('--describe', '--topic', 'made'))
        return lines.length === 6 && lines
      })
      expect(described[0]).toMatch(/Topic: made\s+TopicId: \S{22}\s+PartitionCount: 5/)
      expect(described[0]).toMatch(/ReplicationFactor: 3\s+Configs: .*retention\.ms=3600000/)
      for (const line of described.slice(1)) {
        const isr = /Leader: (\d)\s+Replicas: (\d),(\d),(\d)\s+Isr: (\d),(\d),(\d)/.exec(line)
        expect(isr, line).not.toBeNull()
        expect(new Set(isr?.slice(2, 5))).toEqual(new Set(isr?.slice(5, 8)))
      }
      await topics('--delete', '--topic', 'made')
      await eventually('the topic to be gone', async () => {
        return !linesOf(await topics('--list')).includes('made')
      })
    })

    it('refuses topics as Kafka does', async () => {
      const create = (...args: string[]): Promise<string> =>
        tool('kafka-topics', '--create', '--topic', ...args)
      await expect(create(TOPIC)).rejects.toThrow(`Topic '${TOPIC}' already exists.`)
      await expect(create('x', '--replication-factor', '9')).rejects.toThrow(
        'InvalidReplicationFactorException',
      )
      await expect(create('x/y')).rejects.toThrow('InvalidTopicException')
    })

    it('describes the configuration of a topic and of a broker', async () => {
      const topic = await tool(
        ...(['kafka-configs', '--describe', '--all'] as const),
        ...['--entity-type', 'topics', '--entity-name', TOPIC],
      )
      expect(topic).toMatch(/^ *cleanup\.policy=delete /m)
      expect(topic).toMatch(/^ *max\.message\.bytes=1048588 /m)
      const broker = await tool(
        ...(['kafka-configs', '--describe', '--all'] as const),
        ...['--entity-type', 'brokers', '--entity-name', '1'],
      )
      expect(broker).toMatch(/^ *num\.partitions=1 /m)
    })

    it('counts offsets: earliest, latest and by time', async () => {
      const count = async (time: string): Promise<number> => {
        const lines = linesOf(await tool('kafka-get-offsets', '--topic', TOPIC, '--time', time))
        expect(lines).toHaveLength(3)
        return lines.reduce((sum, line) => sum + Number(line.split(':')[2]), 0)
      }
      expect(await count('earliest')).toBe(0)
      expect(await count('latest')).toBe(RECORDS)
      expect(await count('1000')).toBe(0)
    })

    it('lists and describes groups with their lag, and deletes them', async () => {
      const groups = (...args: string[]): Promise<string> => tool('kafka-consumer-groups', ...args)
      expect(linesOf(await groups('--list'))).toContain(GROUP)
      const rows = linesOf(await groups('--describe', '--group', GROUP))
        .map((line) => line.split(/\s+/))
        .filter((cells) => cells[0] === GROUP)
      expect(rows).toHaveLength(3)
      for (const [, topic, , committed, end, lag] of rows) {
        expect([topic, committed, lag]).toEqual([TOPIC, end, '0'])
      }
      expect(await groups('--describe', '--group', GROUP, '--state')).toMatch(/Empty\s+0/)
      const deleted = await groups('--delete', '--group', GROUP)
      expect(deleted).toContain(`Deletion of requested consumer groups ('${GROUP}') was successful`)
      expect(linesOf(await groups('--list'))).not.toContain(GROUP)
    })

    it('leaves segments and indexes on disk that Kafka reads', async () => {
      const logs = filesOf(cluster.folder, `${TOPIC}-0`, '.log')
      expect(logs).toHaveLength(3)
      const dumps = await Promise.all(
        logs.map((log) =>
          runTool('kafka-dump-log', ['--files', log, '--print-data-log', '--deep-iteration']),
        ),
      )
      const batches = dumps.map((dump) =>
        linesOf(dump)
          .filter((line) => line.startsWith('baseOffset:'))
          .map((line) => line.replace(/ position: \d+/, '')),
      )
      expect(batches[0]?.length).toBeGreaterThan(0)
      expect(batches[0]?.every((line) => /compresscodec: lz4 .*isvalid: true/.test(line))).toBe(
        true,
      )
      expect(batches[1]).toEqual(batches[0])
      expect(batches[2]).toEqual(batches[0])
    })

    it('leaves indexes on disk that Kafka finds to match their segments', async () => {
      await cluster.restart()
      for (const suffix of ['.index', '.timeindex']) {
        const files = filesOf(cluster.folder, `${TOPIC}-0`, suffix)
        expect(files).toHaveLength(3)
        const dump = await runTool('kafka-dump-log', ['--files', files.join(',')])
        expect(dump).toMatch(/^(offset|timestamp): \d+/m)
        expect(dump).not.toMatch(/mismatch|not found|could not/i)
      }
    })

    it('leaves committed offsets on disk that Kafka reads', async () => {
      const logs = Array.from({ length: 50 }, (_, i) =>
        filesOf(cluster.folder, `__consumer_offsets-${i}`, '.log'),
      ).flat()
      const dump = await runTool('kafka-dump-log', [
        ...['--files', logs.join(','), '--offsets-decoder'],
      ])
      expect(dump).toMatch(new RegExp(`"group":"${GROUP}","topic":"${TOPIC}","partition":0`))
      expect(dump).toMatch(/"protocolType":"consumer"/)
    })

    it('leaves a metadata log on disk that Kafka reads', async () => {
      const log = filesOf(cluster.folder, '__cluster_metadata-0', '.log').find((path) =>
        path.endsWith('00000000000000000000.log'),
      )
      const dump = await runTool('kafka-dump-log', [
        ...['--files', log ?? '', '--cluster-metadata-decoder'],
      ])
      for (const type of ['REGISTER_BROKER', 'TOPIC', 'PARTITION', 'FEATURE_LEVEL']) {
        expect(dump).toContain(`"type":"${type}_RECORD"`)
      }
      expect(dump).toContain(`"name":"${TOPIC}"`)
    })
  })
}

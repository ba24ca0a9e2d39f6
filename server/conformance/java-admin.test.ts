// Kafka's own administration tools at work: partitions moved with a throttle and back, leaders
// elected, configurations set and taken away, records deleted, the quorum and the log directories
// described, and data verified by Kafka's producer, consumer and replica checker.
//
// Each tool is a process of some seconds, so a test does a whole piece of work.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { java, runTool } from './clients/java.ts'
import { type Cluster, clusterKinds, fixture } from './clusters.ts'
import { Background, eventually } from './process.ts'

const RECORDS = 5000
const RECORD_BYTES = 1000

const absence = await java.absence()
if (absence !== undefined) console.log(`The Java tools are left out: ${absence}`)

interface LogDirs {
  brokers: {
    broker: number
    logDirs: { error: string | null; partitions: { partition: string; size: number }[] }[]
  }[]
}

for (const kind of await clusterKinds()) {
  describe.skipIf(absence !== undefined)(`${kind.name}, administered by Kafka's own tools,`, () => {
    let cluster: Cluster
    let folder: string
    const tool = (name: string, ...args: string[]): Promise<string> =>
      runTool(name, ['--bootstrap-server', cluster.bootstrap, ...args])
    const file = (name: string, content: unknown): string => {
      const path = join(folder, name)
      writeFileSync(path, JSON.stringify(content))
      return path
    }
    const createAt = (topic: string, assignment: string): Promise<string> =>
      tool('kafka-topics', '--create', '--topic', topic, '--replica-assignment', assignment)
    const describeTopic = (topic: string): Promise<string> =>
      tool('kafka-topics', '--describe', '--topic', topic)
    const fill = (topic: string): Promise<string> =>
      tool(
        ...(['kafka-producer-perf-test', '--topic', topic] as const),
        ...['--num-records', String(RECORDS), '--record-size', String(RECORD_BYTES)],
        ...['--throughput', '-1', '--command-property', 'acks=all'],
      )

    beforeAll(async () => {
      cluster = await kind.start()
      folder = mkdtempSync(join(tmpdir(), 'riverglass-admin-'))
      return async () => {
        await cluster.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    })

    it('moves partitions: proposed, begun with a throttle, listed, cancelled, begun anew, verified', async () => {
      const reassign = (...args: string[]): Promise<string> =>
        tool('kafka-reassign-partitions', ...args)
      await createAt('moves', '1:2')
      expect(await fill('moves')).toMatch(new RegExp(`^${RECORDS} records sent`, 'm'))
      const proposed = await reassign(
        ...['--generate', '--broker-list', '1,2,3', '--topics-to-move-json-file'],
        file('topics.json', { version: 1, topics: [{ topic: 'moves' }] }),
      )
      const current = /^\{.*\}$/m.exec(proposed)?.[0]
      expect(JSON.parse(current ?? 'null')).toMatchObject({
        partitions: [{ topic: 'moves', partition: 0, replicas: [1, 2] }],
      })
      expect(proposed).toContain('Proposed partition reassignment configuration')
      expect(proposed.match(/"replicas":\[\d,\d\]/g)).toHaveLength(2)

      const plan = file('plan.json', {
        version: 1,
        partitions: [{ topic: 'moves', partition: 0, replicas: [3, 2] }],
      })
      // So slow that it cannot be done before it is looked at, though the first megabyte is free.
      const begun = await reassign(
        ...['--execute', '--throttle', '1000', '--reassignment-json-file', plan],
      )
      expect(begun).toContain('Successfully started partition reassignment for moves-0')
      expect(begun).toContain('The inter-broker throttle limit was set to 1000 B/s')
      expect(await reassign('--list')).toMatch(/moves-0: replicas: 3,2,1\. adding: 3\. removing: 1/)
      const throttled = await tool(
        ...(['kafka-configs', '--describe', '--entity-type', 'brokers'] as const),
        ...['--entity-name', '1'],
      )
      expect(throttled).toContain('leader.replication.throttled.rate=1000')
      expect(
        await reassign('--verify', '--preserve-throttles', '--reassignment-json-file', plan),
      ).toContain('Reassignment of partition moves-0 is still in progress.')
      expect(await reassign('--cancel', '--reassignment-json-file', plan)).toContain(
        'Successfully cancelled partition reassignment for: moves-0',
      )
      // What is left of the set that was being moved to and from, in that order.
      expect(await describeTopic('moves')).toMatch(/Partition: 0\s+Leader: 1\s+Replicas: 2,1\s/)

      await reassign('--execute', '--reassignment-json-file', plan)
      const verified = await eventually('the partition to have moved', async () => {
        const said = await reassign('--verify', '--reassignment-json-file', plan)
        return said.includes('Reassignment of partition moves-0 is completed.') && said
      })
      expect(verified).toContain('Clearing broker-level throttles')
      expect(await describeTopic('moves')).toMatch(/Partition: 0\s+Leader: [32]\s+Replicas: 3,2\s/)
    })

    it('elects the preferred leader, and leaves one that leads already', async () => {
      const elect = (type: string): Promise<string> =>
        tool(
          ...(['kafka-leader-election', '--election-type', type] as const),
          ...['--topic', 'led', '--partition', '0'],
        )
      await createAt('led', '1:2:3')
      // Of the same brokers in another order the first is preferred, and leads only when asked to.
      const plan = file('order.json', {
        version: 1,
        partitions: [{ topic: 'led', partition: 0, replicas: [2, 3, 1] }],
      })
      await tool('kafka-reassign-partitions', '--execute', '--reassignment-json-file', plan)
      expect(await elect('preferred')).toContain(
        'Successfully completed leader election (PREFERRED) for partitions led-0',
      )
      expect(await describeTopic('led')).toMatch(/Partition: 0\s+Leader: 2\s+Replicas: 2,3,1/)
      expect(await elect('unclean')).toContain('Valid replica already elected for partitions led-0')
    })

    it('sets configurations of a topic, of a broker and of all, and takes them away', async () => {
      await createAt('set', '1')
      const kinds = [
        [['topics', '--entity-name', 'set'], 'retention.ms', '3600000'],
        [['brokers', '--entity-name', '1'], 'log.cleaner.backoff.ms', '12000'],
        [['brokers', '--entity-default'], 'log.retention.ms', '7200000'],
      ] as const
      for (const [[type, ...entity], name, value] of kinds) {
        const configs = (...args: string[]): Promise<string> =>
          tool('kafka-configs', '--entity-type', type, ...entity, ...args)
        await configs('--alter', '--add-config', `${name}=${value}`)
        await eventually(`${name} to be set`, async () =>
          (await configs('--describe')).includes(`${name}=${value}`),
        )
        await configs('--alter', '--delete-config', name)
        await eventually(
          `${name} to be gone`,
          async () => !(await configs('--describe')).includes(`${name}=${value}`),
        )
      }
    })

    it('deletes records, and tells what lies where', async () => {
      await createAt('dirs', '1:2:3')
      await fill('dirs')
      const deletion = file('delete.json', {
        version: 1,
        partitions: [{ topic: 'dirs', partition: 0, offset: 100 }],
      })
      expect(await tool('kafka-delete-records', '--offset-json-file', deletion)).toMatch(
        /partition: dirs-0\s+low_watermark: 100/,
      )
      const offsets = (time: string): Promise<string> =>
        tool('kafka-get-offsets', '--topic', 'dirs', '--time', time)
      expect(await offsets('earliest')).toContain('dirs:0:100')
      expect(await offsets('latest')).toContain(`dirs:0:${RECORDS}`)
      const described = await tool('kafka-log-dirs', '--describe', '--topic-list', 'dirs')
      const { brokers } = JSON.parse(/^\{.*\}$/m.exec(described)?.[0] ?? 'null') as LogDirs
      expect(new Set(brokers.map(({ broker }) => broker))).toEqual(new Set([1, 2, 3]))
      for (const { logDirs } of brokers) {
        expect(logDirs).toHaveLength(1)
        expect(logDirs[0]?.error).toBeNull()
        const [only] = logDirs[0]?.partitions ?? []
        expect(only?.partition).toBe('dirs-0')
        expect(only?.size).toBeGreaterThan(RECORDS * RECORD_BYTES * 0.9)
      }
    })

    it('tells of its quorum, its id and its endpoints', async () => {
      const status = await tool('kafka-metadata-quorum', 'describe', '--status')
      expect(status).toMatch(/^LeaderId:\s+\d+$/m)
      expect(status).toMatch(/^HighWatermark:\s+[1-9]\d*$/m)
      expect(status).toMatch(/^CurrentVoters:\s+\[.+\]$/m)
      const replicas = await tool('kafka-metadata-quorum', 'describe', '--replication')
      expect(replicas).toMatch(/^\d+\s.*\bLeader\b/m)
      const id = await runTool('kafka-cluster', [
        ...['cluster-id', '--bootstrap-server', cluster.bootstrap],
      ])
      expect(id).toMatch(/^Cluster ID: \S{22}$/m)
      const endpoints = await runTool('kafka-cluster', [
        ...['list-endpoints', '--bootstrap-server', cluster.bootstrap],
      ])
      expect(endpoints.match(/^[123]\s+127\.0\.0\.1\s+\d+/gm)).toHaveLength(3)
    })

    it('passes the verifiable producer and consumer, and the checker of replicas', async () => {
      await createAt('verified', '1:2:3,2:3:1,3:1:2')
      const produced = await tool(
        ...(['kafka-verifiable-producer', '--topic', 'verified', '--acks', '-1'] as const),
        ...['--max-messages', String(RECORDS)],
      )
      expect(produced).toMatch(
        new RegExp(`"name":"tool_data".*"sent":${RECORDS},"acked":${RECORDS}`),
      )
      const consumed = await tool(
        ...([
          'kafka-verifiable-consumer',
          '--topic',
          'verified',
          '--group-id',
          'verifiers',
        ] as const),
        ...['--reset-policy', 'earliest', '--max-messages', String(RECORDS)],
      )
      const counts = [...consumed.matchAll(/"name":"records_consumed".*?"count":(\d+)/g)]
      expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(RECORDS)

      let agreed: string | undefined
      const checker = new Background(
        join(fixture, 'tool'),
        [
          ...['kafka-replica-verification', '--broker-list', cluster.bootstrap],
          ...['--topics-include', 'verified', '--time', '-2', '--report-interval-ms', '1000'],
        ],
        (line) => {
          if (
            /max lag is 0 for partition verified-\d at offset \d+ among 3 partitions/.test(line)
          ) {
            agreed = line
          }
        },
      )
      try {
        await eventually('the checker to find no lag', () => agreed !== undefined)
      } finally {
        await checker.stop('SIGKILL')
      }
      expect(checker.lastLines).not.toMatch(/mismatch|doesn't match/i)
    })

    it('leaves snapshots of producers on disk that Kafka reads', async () => {
      await createAt('snapshots', '1:2:3')
      await fill('snapshots')
      await cluster.restart()
      const snapshots = readdirSync(cluster.folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => /snapshots-0\/\d{20}\.snapshot$/.test(path))
        .map((path) => join(cluster.folder, path))
      expect(snapshots.length).toBeGreaterThanOrEqual(3)
      const dump = await runTool('kafka-dump-log', ['--files', snapshots.join(',')])
      expect(dump.match(/^producerId: \d+ producerEpoch: 0 .*lastSequence: \d+/gm)).toHaveLength(
        snapshots.length,
      )
    })
  })
}

// Kafka's tools that measure, and those that look at groups and features: what they print has the
// same shape on every cluster, and each ends with 0.

import { beforeAll, describe, expect, it } from 'vitest'
import { java, runTool } from './clients/java.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { createTopic } from './groups.ts'
import { eventually } from './process.ts'

const TOPIC = 'measured'
const RECORDS = 5000
const RECORD_BYTES = 100
const GROUP = 'measurers'

const absence = await java.absence()
if (absence !== undefined) console.log(`The Java tools are left out: ${absence}`)

for (const kind of await clusterKinds()) {
  describe.skipIf(absence !== undefined)(`${kind.name}, measured by Kafka's own tools,`, () => {
    let cluster: Cluster
    const tool = (name: string, ...args: string[]): Promise<string> =>
      runTool(name, ['--bootstrap-server', cluster.bootstrap, ...args])

    beforeAll(async () => {
      cluster = await kind.start()
      await createTopic(cluster.bootstrap, TOPIC, 3)
      return () => cluster.stop()
    })

    it('is written to by kafka-producer-perf-test and read by kafka-consumer-perf-test', async () => {
      const written = await tool(
        ...(['kafka-producer-perf-test', '--topic', TOPIC, '--throughput', '-1'] as const),
        ...['--num-records', String(RECORDS), '--record-size', String(RECORD_BYTES)],
        ...['--command-property', 'acks=all'],
      )
      expect(written).toMatch(
        new RegExp(`^${RECORDS} records sent, [\\d.]+ records/sec .* ms 99\\.9th\\.$`, 'm'),
      )
      const read = await tool(
        ...(['kafka-consumer-perf-test', '--topic', TOPIC, '--group', GROUP] as const),
        ...['--num-records', String(RECORDS), '--timeout', '60000'],
      )
      const [names, figures] = read
        .split('\n')
        .filter((line) => line.split(', ').length === 10)
        .map((line) => line.split(', '))
      expect(names).toContain('data.consumed.in.nMsg')
      const figure = (name: string) => figures?.[names?.indexOf(name) ?? -1]
      expect(figure('data.consumed.in.nMsg')).toBe(String(RECORDS))
      expect(Number(figure('data.consumed.in.MB'))).toBeCloseTo(
        (RECORDS * RECORD_BYTES) / 1024 / 1024,
        3,
      )
      expect(Number(figure('fetch.nMsg.sec'))).toBeGreaterThan(0)
    })

    it('has the group that read listed, described, and set back', async () => {
      const groups = (...args: string[]): Promise<string> => tool('kafka-consumer-groups', ...args)
      await eventually('the group to be empty', async () =>
        /Empty/.test(await groups('--describe', '--group', GROUP, '--state')),
      )
      expect(await tool('kafka-groups', '--list')).toMatch(
        new RegExp(`^${GROUP}\\s+Classic\\s+consumer\\s*$`, 'm'),
      )
      const reset = ['--reset-offsets', '--group', GROUP, '--topic', TOPIC, '--to-earliest']
      const rows = new RegExp(`^${GROUP}\\s+${TOPIC}\\s+\\d\\s+0\\s`, 'gm')
      expect((await groups(...reset, '--dry-run')).match(rows)).toHaveLength(3)
      expect(await groups('--describe', '--group', GROUP)).not.toMatch(rows)
      expect((await groups(...reset, '--execute')).match(rows)).toHaveLength(3)
      expect((await groups('--describe', '--group', GROUP)).match(rows)).toHaveLength(3)
    })

    it('has offsets of the group deleted', async () => {
      const groups = (...args: string[]): Promise<string> => tool('kafka-consumer-groups', ...args)
      const deleted = await groups('--delete-offsets', '--group', GROUP, '--topic', TOPIC)
      expect(deleted).toContain(`Request succeeded for deleting offsets from group ${GROUP}.`)
      expect(deleted.match(new RegExp(`^${TOPIC}\\s+\\d\\s+Successful`, 'gm'))).toHaveLength(3)
      expect(await groups('--describe', '--group', GROUP)).not.toContain(TOPIC)
    })

    it('tells its features, and answers an end-to-end measurement', async () => {
      expect(await tool('kafka-features', 'describe')).toMatch(
        /^Feature: metadata\.version\s+SupportedMinVersion: \S+\s+SupportedMaxVersion: 4\.3-IV0\s+FinalizedVersionLevel: 4\.3-IV0\s+Epoch: \d+/m,
      )
      const measured = await tool(
        ...(['kafka-e2e-latency', '--topic', TOPIC, '--num-records', '20'] as const),
        ...['--producer-acks', 'all', '--record-size', '100'],
      )
      expect(measured).toMatch(/^Avg latency: [\d.]+ ms$/m)
      expect(measured).toMatch(/^Percentiles: 50th = \d+, 99th = \d+, 99\.9th = \d+$/m)
    })
  })
}

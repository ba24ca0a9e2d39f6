// Apache Kafka's log dump reads what a controller leaves on disk when it has taken snapshots: the
// snapshots themselves, and the metadata log that goes on after them.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startController } from '../controller.ts'
import { ControllerSession } from '../metadata/controller-session.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { java, runTool } from './clients/java.ts'

const absence = await java.absence()
if (absence !== undefined) console.log(`The Java tools are left out: ${absence}`)

const OFTEN = new Map([
  ['metadata.log.max.record.bytes.between.snapshots', '2000'],
  ['metadata.max.retention.bytes', '4000'],
])
const TOPICS = 40

describe.skipIf(absence !== undefined)('metadata with snapshots, seen by Kafka’s log dump,', () => {
  let data: string
  const inLog = (end: string) => {
    const folder = join(data, '__cluster_metadata-0')
    const names = readdirSync(folder).filter((name) => name.endsWith(end))
    return names.sort().map((name) => join(folder, name))
  }
  const dump = (files: readonly string[]) =>
    runTool('kafka-dump-log', ['--cluster-metadata-decoder', '--files', files.join(',')])

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'riverglass-metadata-'))
    const runtime = createNodeRuntime(silentLogger)
    const controller = await startController(runtime, {
      dataFolder: data,
      host: '127.0.0.1',
      port: 0,
      nodeId: 0,
      staticConfigs: OFTEN,
    })
    const session = new ControllerSession({
      runtime,
      controller: { host: '127.0.0.1', port: controller.port },
      brokerId: 1,
      advertised: { host: '127.0.0.1', port: 9092 },
      rack: 'a',
      logDirectories: [runtime.random.uuid()],
      heartbeatIntervalMs: 100,
      sessionTimeoutMs: 9000,
    })
    await session.start()
    await session.unfence()
    const configs = [{ name: 'retention.ms', value: '1000' }]
    for (let made = 0; made < TOPICS; made++) {
      const topic = { name: `t${made}`, numPartitions: 2, replicationFactor: 1, configs }
      const answer = await session.forward('createTopics', { topics: [topic], timeoutMs: 1000 })
      expect(answer.topics[0]?.errorCode).toBe(0)
    }
    session.stop()
    await controller.stop()
    expect(controller.controller.startOffset).toBeGreaterThan(0n)
  })
  afterAll(() => rmSync(data, { recursive: true }))

  it('is a snapshot from its header to its footer', async () => {
    const newest = inLog('.checkpoint').at(-1) ?? ''
    const text = await dump([newest])
    expect(text).toMatch(/SnapshotHeader/)
    expect(text).toMatch(/SnapshotFooter/)
    for (const type of ['REGISTER_BROKER', 'TOPIC', 'PARTITION', 'FEATURE_LEVEL', 'CONFIG']) {
      expect(text).toContain(`"type":"${type}_RECORD"`)
    }
    expect(text).toContain('"name":"t0"')
    expect(text).not.toMatch(/isvalid: false/)
  })

  it('is a log that begins where the oldest snapshot ends, or a little before', async () => {
    const [oldest = ''] = inLog('.checkpoint')
    const logs = inLog('.log')
    expect(logs[0]).not.toMatch(/00000000000000000000\.log$/)
    const text = await dump(logs)
    expect(text).toContain(`"name":"t${TOPICS - 1}"`)
    expect(text).not.toMatch(/isvalid: false|Could not/)
    const first = Number(/baseOffset: (\d+)/.exec(text)?.[1])
    expect(first).toBeLessThanOrEqual(Number(/(\d{20})-\d{10}\.checkpoint$/.exec(oldest)?.[1]))
  })
})

// The topic of the groups' offsets is made with what the broker's configs say of it; where its own
// rules refuse that, there are no groups, and the log says why, as in Kafka.

import { afterEach, expect, it } from 'vitest'
import { ErrorCode } from './protocol/errors.ts'
import { eventually } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

const NAME = '__consumer_offsets'

let cluster: TestCluster | undefined
afterEach(async () => {
  await cluster?.stop()
  cluster = undefined
})

async function start(configs: Record<string, string>) {
  cluster = await startTestCluster({ brokers: 1, configs })
  const connection = cluster.connect(1)
  const findCoordinator = async () => {
    const answer = await connection.request(
      'findCoordinator',
      { keyType: 0, coordinatorKeys: ['group'] },
      { versionMin: 4 },
    )
    return answer.coordinators[0]?.errorCode
  }
  const segmentBytes = async () => {
    const answer = await connection.request('describeConfigs', {
      resources: [{ resourceType: 2, resourceName: NAME, configurationKeys: ['segment.bytes'] }],
    })
    return answer.results[0]?.configs[0]?.value
  }
  return { lines: cluster.lines, findCoordinator, segmentBytes }
}

it('has segments of offsets.topic.segment.bytes', async () => {
  const { findCoordinator, segmentBytes } = await start({
    'offsets.topic.segment.bytes': '1048576',
    'offsets.topic.num.partitions': '2',
  })
  await eventually('a coordinator', async () => (await findCoordinator()) === ErrorCode.NONE)
  expect(await segmentBytes()).toBe('1048576')
})

it('is not made with segments that no topic may have: INVALID_CONFIG, and no coordinator', async () => {
  const { findCoordinator, segmentBytes, lines } = await start({
    'offsets.topic.segment.bytes': '1048575',
  })
  const refused = () => lines.find(({ message }) => message === 'a topic could not be created')
  await eventually('the refusal', async () => {
    expect(await findCoordinator()).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    return refused() !== undefined
  })
  expect(refused()?.fields).toMatchObject({ topic: NAME, code: ErrorCode.INVALID_CONFIG })
  expect(String(refused()?.fields.reason)).toContain('segment.bytes')
  expect(await segmentBytes()).toBeUndefined()
})

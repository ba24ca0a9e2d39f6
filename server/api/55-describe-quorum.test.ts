import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../test-client.ts'
import { startTestCluster, type TestCluster } from '../test-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 2 })
})
afterAll(() => cluster.stop())

const ask = (topicName: string) =>
  cluster
    .connect(2)
    .request('describeQuorum', { topics: [{ topicName, partitions: [{ partitionIndex: 0 }] }] })

it('tells who writes the metadata log, and how far each broker has followed', async () => {
  await eventually('both brokers to have caught up', async () => {
    const row = (await ask('__cluster_metadata')).topics[0]?.partitions[0]
    return row?.observers.every(({ logEndOffset }) => logEndOffset === row.highWatermark) === true
  })
  const { errorCode, topics, nodes } = await ask('__cluster_metadata')
  const [row] = topics[0]?.partitions ?? []
  expect(errorCode).toBe(0)
  const { epoch } = cluster.controller.controller
  expect(row).toMatchObject({ errorCode: 0, leaderId: 0, leaderEpoch: epoch })
  expect(row?.highWatermark).toBe(cluster.controller.controller.committedOffset)
  expect(row?.currentVoters.map(({ replicaId }) => replicaId)).toEqual([0])
  expect(row?.observers.map(({ replicaId }) => replicaId).sort()).toEqual([1, 2])
  expect(nodes[0]?.listeners).toMatchObject([{ port: cluster.controller.port }])
})

it('knows of no quorum but the metadata log’s', async () => {
  const answer = await ask('some-topic')
  expect(answer.topics[0]?.partitions[0]).toMatchObject({ errorCode: 3, leaderId: -1 })
})

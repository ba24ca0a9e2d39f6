import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { startTestCluster, type TestCluster } from '../test-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 2 })
})
afterAll(() => cluster.stop())

describe('DeleteRecords', () => {
  it('moves the log start on every replica before it answers', async () => {
    const topic = 'to-delete-from'
    await cluster.connect(1).request('createTopics', {
      topics: [{ name: topic, numPartitions: 1, replicationFactor: 2 }],
      timeoutMs: 10_000,
    })
    const partition = (id: number) => cluster.broker(id).parts.partitions.get(topic, 0)
    const leader = partition(1)?.isLeader ? 1 : 2
    const connection = cluster.connect(leader)
    const topicId = partition(leader)?.topicId
    const produced = await connection.request('produce', {
      acks: -1,
      timeoutMs: 10_000,
      topicData: [
        {
          name: topic,
          ...(topicId === undefined ? {} : { topicId }),
          partitionData: [
            {
              index: 0,
              records: buildBatch([{ value: 'a' }, { value: 'b' }, { value: 'c' }], {
                timestamp: BigInt(Date.now()),
              }),
            },
          ],
        },
      ],
    })
    expect(produced.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
    const deleteBefore = async (offset: bigint) => {
      const answer = await connection.request('deleteRecords', {
        topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset }] }],
        timeoutMs: 10_000,
      })
      return answer.topics[0]?.partitions[0]
    }
    expect(await deleteBefore(2n)).toMatchObject({ errorCode: 0, lowWatermark: 2n })
    for (const id of [1, 2]) expect(partition(id)?.log.logStartOffset).toBe(2n)
    expect(await deleteBefore(9n)).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
    expect(await deleteBefore(-1n)).toMatchObject({ errorCode: 0, lowWatermark: 3n })
  })
})

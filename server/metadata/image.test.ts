import { describe, expect, it } from 'vitest'
import { MetadataImage, sameImage } from './image.ts'
import { decodeMetadataRecord, encodeMetadataRecord, type MetadataRecord } from './records.ts'

const TOPIC = 'AAAAAAAAAAAAAAAAAAAAAw'
const OTHER = 'AAAAAAAAAAAAAAAAAAAABA'

class Replaying {
  readonly image = new MetadataImage('Y2x1c3Rlci1vZi10ZXN0cw')
  replay(...records: MetadataRecord[]) {
    return this.image.replay(
      records.map((record, index) => ({
        offset: this.image.offset + 1n + BigInt(index),
        record: decodeMetadataRecord(encodeMetadataRecord(record)),
      })),
    )
  }
}

const topic = (name = 't', topicId = TOPIC): MetadataRecord => ({
  type: 'Topic',
  data: { name, topicId },
})
const partition = (partitionId: number, topicId = TOPIC): MetadataRecord => ({
  type: 'Partition',
  data: {
    topicId,
    partitionId,
    replicas: [1, 2],
    isr: [1, 2],
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
  },
})
const broker = (brokerId: number, epoch: bigint): MetadataRecord => ({
  type: 'RegisterBroker',
  data: {
    brokerId,
    brokerEpoch: epoch,
    incarnationId: TOPIC,
    endPoints: [{ name: 'PLAINTEXT', host: 'h', port: 9092, securityProtocol: 0 }],
  },
})

describe('the image', () => {
  it('finds topics by name and id, with their partitions in order', () => {
    const replaying = new Replaying()
    replaying.replay(topic(), partition(0), partition(1))
    expect(replaying.image.offset).toBe(2n)
    expect(replaying.image.topic('t')).toBe(replaying.image.topicById(TOPIC))
    expect(replaying.image.topic('t')?.partitions.map((each) => each.partition)).toEqual([0, 1])
  })

  it('raises the leader epoch with each election, the partition epoch with each change', () => {
    const replaying = new Replaying()
    replaying.replay(topic(), partition(0))
    const change = (data: object): MetadataRecord => ({
      type: 'PartitionChange',
      data: { topicId: TOPIC, partitionId: 0, ...data },
    })
    replaying.replay(change({ isr: [1] }))
    expect(replaying.image.partition(TOPIC, 0)).toMatchObject({
      inSyncReplicas: [1],
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    })
    replaying.replay(change({ leader: 1 }))
    expect(replaying.image.partition(TOPIC, 0)).toMatchObject({
      leader: 1,
      leaderEpoch: 1,
      partitionEpoch: 2,
    })
  })

  it('tells what a run of records changed, as it is at the end of the run', () => {
    const replaying = new Replaying()
    const delta = replaying.replay(
      topic(),
      partition(0),
      { type: 'PartitionChange', data: { topicId: TOPIC, partitionId: 0, leader: 2 } },
      topic('gone', OTHER),
      partition(0, OTHER),
      { type: 'RemoveTopic', data: { topicId: OTHER } },
      { type: 'Config', data: { resourceType: 2, resourceName: 't', name: 'a', value: 'b' } },
      broker(1, 7n),
    )
    expect(delta.topicsCreated.map((made) => made.name)).toEqual(['t'])
    expect(delta.topicsDeleted).toEqual([])
    expect(delta.partitionsChanged).toEqual([replaying.image.partition(TOPIC, 0)])
    expect(delta.configsChanged).toEqual([{ kind: 'topic', name: 't' }])
    expect(delta.brokersChanged).toEqual([1])
    const later = replaying.replay({ type: 'RemoveTopic', data: { topicId: TOPIC } })
    expect(later.topicsDeleted.map((gone) => gone.name)).toEqual(['t'])
    expect(later.configsChanged).toEqual([{ kind: 'topic', name: 't' }])
    expect(later.partitionsChanged).toEqual([])
  })

  it('tells apart a topic that was deleted and made again in one run', () => {
    const replaying = new Replaying()
    replaying.replay(topic(), partition(0))
    const delta = replaying.replay(
      { type: 'RemoveTopic', data: { topicId: TOPIC } },
      topic('t', OTHER),
      partition(0, OTHER),
    )
    expect(delta.topicsDeleted.map((gone) => gone.id)).toEqual([TOPIC])
    expect(delta.topicsCreated.map((made) => made.id)).toEqual([OTHER])
  })

  it('fences and unfences brokers, in every form that Kafka has written', () => {
    const replaying = new Replaying()
    replaying.replay(broker(1, 0n))
    const fenced = () => replaying.image.broker(1)?.fenced
    expect(fenced()).toBe(true)
    replaying.replay({ type: 'UnfenceBroker', data: { id: 1, epoch: 0n } })
    expect(fenced()).toBe(false)
    replaying.replay({
      type: 'BrokerRegistrationChange',
      data: { brokerId: 1, brokerEpoch: 0n, fenced: 1 },
    })
    expect(fenced()).toBe(true)
    replaying.replay({
      type: 'BrokerRegistrationChange',
      data: { brokerId: 1, brokerEpoch: 0n, fenced: -1, inControlledShutdown: 1 },
    })
    expect(replaying.image.broker(1)).toMatchObject({ fenced: false, inControlledShutdown: true })
    replaying.replay({ type: 'UnregisterBroker', data: { brokerId: 1, brokerEpoch: 0n } })
    expect([...replaying.image.brokers()]).toEqual([])
  })

  it('takes a config away when its value is null', () => {
    const replaying = new Replaying()
    const config = (value: string | null): MetadataRecord => ({
      type: 'Config',
      data: { resourceType: 4, resourceName: '', name: 'log.retention.ms', value },
    })
    replaying.replay(config('5'))
    expect(replaying.image.configs('broker', '')).toEqual(new Map([['log.retention.ms', '5']]))
    replaying.replay(config(null))
    expect(replaying.image.configs('broker', '').size).toBe(0)
  })

  it.each<[string, MetadataRecord]>([
    ['a partition of an unknown topic', partition(0, OTHER)],
    ['a partition after a gap', partition(2)],
    [
      'a change of an unknown partition',
      {
        type: 'PartitionChange',
        data: { topicId: TOPIC, partitionId: 9, leader: 1 },
      },
    ],
    ['a topic that exists', topic()],
    ['a fenced broker of another life', { type: 'FenceBroker', data: { id: 1, epoch: 5n } }],
    ['the removal of an unknown topic', { type: 'RemoveTopic', data: { topicId: OTHER } }],
    [
      'a config of a resource that is not kept',
      {
        type: 'Config',
        data: { resourceType: 16, resourceName: 'x', name: 'a', value: 'b' },
      },
    ],
  ])('refuses %s', (_what, record) => {
    const replaying = new Replaying()
    replaying.replay(topic(), partition(0), broker(1, 2n))
    expect(() => replaying.replay(record)).toThrow(/metadata record at offset 3/)
  })

  it('refuses a record that it has replayed already', () => {
    const replaying = new Replaying()
    replaying.replay(topic())
    const again = decodeMetadataRecord(encodeMetadataRecord(topic('u', OTHER)))
    expect(() => replaying.image.replay([{ offset: 0n, record: again }])).toThrow(/behind/)
  })

  it('equals another image when both hold the same, not when one record differs', () => {
    const one = new Replaying()
    const two = new Replaying()
    one.replay(topic(), partition(0), broker(1, 2n))
    two.replay(topic(), partition(0), broker(1, 2n))
    expect(sameImage(one.image, two.image)).toBe(true)
    one.replay({ type: 'PartitionChange', data: { topicId: TOPIC, partitionId: 0, isr: [2, 1] } })
    two.replay({ type: 'PartitionChange', data: { topicId: TOPIC, partitionId: 0, isr: [1] } })
    expect(sameImage(one.image, two.image)).toBe(false)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MetadataImage, sameImage } from './image.ts'
import { differenceRecords } from './image-difference.ts'
import { imageRecords } from './image-records.ts'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type MetadataRecordType,
} from './records.ts'
import { readSnapshot, snapshotBatches } from './snapshot.ts'

const CLUSTER = 'Y2x1c3RlciBvZiB0ZXN0cw'
const ids = fc.integer({ min: 1, max: 4 })
const topicNames = fc.constantFrom('a', 'b.c', 'b_c', 'd')
const uuids = fc.constantFrom('AAAAAAAAAAAAAAAAAAAAEQ', 'AAAAAAAAAAAAAAAAAAAAEg')
const brokerLists = fc.uniqueArray(ids, { maxLength: 3 })

/** What may happen to an image, whatever it holds; `records` makes it fit. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), id: ids, uuid: uuids, flag: fc.boolean() }),
  fc.record({ kind: fc.constant('unregister' as const), id: ids }),
  fc.record({ kind: fc.constant('fence' as const), id: ids, flag: fc.boolean() }),
  fc.record({ kind: fc.constant('handOver' as const), id: ids, uuid: uuids }),
  fc.record({ kind: fc.constant('createTopic' as const), name: topicNames }),
  fc.record({ kind: fc.constant('removeTopic' as const), name: topicNames }),
  fc.record({
    kind: fc.constant('partition' as const),
    name: topicNames,
    lists: fc.array(brokerLists, { minLength: 5, maxLength: 5 }),
    flag: fc.boolean(),
    uuid: uuids,
  }),
  fc.record({
    kind: fc.constant('change' as const),
    name: topicNames,
    lists: fc.array(brokerLists, { minLength: 5, maxLength: 5 }),
    flag: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('config' as const),
    name: topicNames,
    flag: fc.boolean(),
    value: fc.option(fc.constantFrom('1', '')),
  }),
  fc.record({ kind: fc.constant('feature' as const), level: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ kind: fc.constant('producerIds' as const), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('noOp' as const) }),
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

let topicsMade = 0

/** Records of one happening that the image can replay; none where it does not apply. */
function recordsOf(image: MetadataImage, event: Happening): MetadataRecord[] {
  const next = image.offset + 1n
  switch (event.kind) {
    case 'register':
      return [
        {
          type: 'RegisterBroker',
          data: {
            brokerId: event.id,
            brokerEpoch: next,
            incarnationId: event.uuid,
            endPoints: [{ name: 'PLAINTEXT', host: 'h', port: 9092, securityProtocol: 0 }],
            features: [
              { name: 'metadata.version', minSupportedVersion: 1, maxSupportedVersion: 30 },
            ],
            rack: event.flag ? 'r' : null,
            fenced: event.flag,
            logDirs: [event.uuid],
          },
        },
      ]
    case 'noOp':
      return [{ type: 'NoOp', data: {} }]
    case 'feature':
      return [
        { type: 'FeatureLevel', data: { name: 'metadata.version', featureLevel: event.level } },
      ]
    case 'producerIds': {
      const nextProducerId = image.nextProducerId + BigInt(event.count)
      return [{ type: 'ProducerIds', data: { brokerId: 1, nextProducerId } }]
    }
    case 'config': {
      const resource = event.flag
        ? { resourceType: 2, resourceName: event.name }
        : { resourceType: 4, resourceName: '' }
      if (event.flag && image.topic(event.name) === undefined) return []
      return [{ type: 'Config', data: { ...resource, name: 'x', value: event.value } }]
    }
    case 'createTopic': {
      if (image.topic(event.name) !== undefined) return []
      const topicId = `AAAAAAAAAAAAAAAAAAAA${String(1000 + topicsMade++).slice(-1)}w`
      if (image.topicById(topicId) !== undefined) return []
      return [{ type: 'Topic', data: { name: event.name, topicId } }]
    }
    case 'unregister':
    case 'fence':
    case 'handOver':
      return brokerRecords(image, event)
    case 'removeTopic':
    case 'partition':
    case 'change':
      return topicRecords(image, event)
  }
}

function brokerRecords(
  image: MetadataImage,
  event: Extract<Happening, { kind: 'unregister' | 'fence' | 'handOver' }>,
): MetadataRecord[] {
  const broker = image.broker(event.id)
  if (broker === undefined) return []
  const { id, epoch } = broker
  if (event.kind === 'unregister') {
    return [{ type: 'UnregisterBroker', data: { brokerId: id, brokerEpoch: epoch } }]
  }
  if (event.kind === 'fence') {
    return [{ type: event.flag ? 'FenceBroker' : 'UnfenceBroker', data: { id, epoch } }]
  }
  const change = { inControlledShutdown: 1, logDirs: [event.uuid] }
  return [
    {
      type: 'BrokerRegistrationChange',
      data: { brokerId: id, brokerEpoch: epoch, ...change },
    },
  ]
}

function topicRecords(
  image: MetadataImage,
  event: Extract<Happening, { kind: 'removeTopic' | 'partition' | 'change' }>,
): MetadataRecord[] {
  const topic = image.topic(event.name)
  if (topic === undefined) return []
  const topicId = topic.id
  if (event.kind === 'removeTopic') return [{ type: 'RemoveTopic', data: { topicId } }]
  const [replicas = [], isr = [], addingReplicas = [], removingReplicas = [], eligible = []] =
    event.lists
  const lists = {
    replicas,
    isr,
    addingReplicas,
    removingReplicas,
    eligibleLeaderReplicas: eligible,
  }
  const leader = isr[0] ?? -1
  const leaderRecoveryState = event.flag ? 1 : 0
  if (event.kind === 'change') {
    if (topic.partitions.length === 0) return []
    const directories = replicas.map(() => 'AAAAAAAAAAAAAAAAAAAAIg')
    const data = { topicId, partitionId: 0, ...lists, leader, leaderRecoveryState, directories }
    return [{ type: 'PartitionChange', data }]
  }
  const directories = replicas.map(() => event.uuid)
  const partitionId = topic.partitions.length
  const epochs = { leaderEpoch: replicas.length, partitionEpoch: isr.length }
  const data = { topicId, partitionId, ...lists, leader, leaderRecoveryState, directories }
  return [{ type: 'Partition', data: { ...data, ...epochs } }]
}

const seen = new Set<MetadataRecordType>()

function live(image: MetadataImage, events: readonly Happening[]): void {
  for (const event of events) {
    for (const record of recordsOf(image, event)) {
      seen.add(record.type)
      const read = decodeMetadataRecord(encodeMetadataRecord(record))
      image.replay([{ offset: image.offset + 1n, record: read }])
    }
  }
}

function throughSnapshot(image: MetadataImage): MetadataImage {
  const bytes = Buffer.concat([...snapshotBatches(imageRecords(image), 3, 7n)])
  const { records, lastContainedLogTimestamp } = readSnapshot(bytes)
  expect(lastContainedLogTimestamp).toBe(7n)
  const again = new MetadataImage(CLUSTER)
  again.replayUpTo(image.offset, records)
  return again
}

describe('the records of an image', () => {
  it('add up to the same image, through the bytes of a snapshot, after any history', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80, size: 'max' }), (events) => {
        const image = new MetadataImage(CLUSTER)
        live(image, events)
        expect(sameImage(throughSnapshot(image), image)).toBe(true)
      }),
      { numRuns: 200 },
    )
    const all: MetadataRecordType[] = [
      'BrokerRegistrationChange',
      'Config',
      'FeatureLevel',
      'FenceBroker',
      'NoOp',
      'Partition',
      'PartitionChange',
      'ProducerIds',
      'RegisterBroker',
      'RemoveTopic',
      'Topic',
      'UnfenceBroker',
      'UnregisterBroker',
    ]
    expect([...seen].sort()).toEqual(all)
  })

  it('go on from a snapshot as from the log', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40, size: 'max' }),
        fc.array(happening, { maxLength: 40, size: 'max' }),
        (before, after) => {
          const image = new MetadataImage(CLUSTER)
          live(image, before)
          const loaded = throughSnapshot(image)
          const made = topicsMade
          live(image, after)
          topicsMade = made
          live(loaded, after)
          expect(sameImage(loaded, image)).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('turn an image that fell behind into the later one, and tell all that changed', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 40, size: 'max' }),
        fc.array(happening, { maxLength: 40, size: 'max' }),
        (before, between) => {
          const image = new MetadataImage(CLUSTER)
          live(image, before)
          const behind = throughSnapshot(image)
          const partitionsBefore = new Set([...behind.topics()].flatMap((t) => t.partitions))
          const namesBefore = new Map([...behind.topics()].map(({ name, id }) => [id, name]))
          live(image, between)
          const delta = behind.replayUpTo(image.offset, differenceRecords(behind, image))
          expect(sameImage(behind, image)).toBe(true)
          const changed = [...behind.topics()]
            .flatMap((t) => t.partitions)
            .filter((partition) => !partitionsBefore.has(partition))
          expect(new Set(delta.partitionsChanged)).toEqual(new Set(changed))
          const gone = [...namesBefore].filter(([id]) => behind.topicById(id) === undefined)
          expect(delta.topicsDeleted.map(({ name }) => name).sort()).toEqual(
            gone.map(([, name]) => name).sort(),
          )
        },
      ),
      { numRuns: 200 },
    )
  })
})

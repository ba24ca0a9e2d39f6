// The records that make an image: what a snapshot holds. Replayed into an empty image in this
// order they add up to the same state, whatever the log said on the way there.
//
// A type of record that carries state must have its part here; image-records.test.ts goes through
// all of them.

import type { MetadataImage } from './image.ts'
import type { BrokerState, PartitionState } from './image-state.ts'
import type { MetadataRecord } from './records.ts'
import type { ConfigResourceKind } from './view.ts'

/** Kafka's numbers of config resources. */
export const RESOURCE_TYPES: Record<ConfigResourceKind, number> = { topic: 2, broker: 4 }
const FEATURE_OF_RECORDS = 'metadata.version'
const NO_BROKER = -1

/** In an order that replay accepts. The image may change afterwards; the records stay as they are. */
export function imageRecords(image: MetadataImage): MetadataRecord[] {
  const records: MetadataRecord[] = [...featureRecords(image)]
  for (const broker of image.brokers()) records.push(brokerRecord(broker))
  for (const { name, id, partitions } of image.topics()) {
    records.push({ type: 'Topic', data: { name, topicId: id } })
    for (const partition of partitions) records.push(partitionRecord(partition))
  }
  for (const { kind, name, configs } of image.allConfigs()) {
    for (const [key, value] of configs) {
      const resource = { resourceType: RESOURCE_TYPES[kind], resourceName: name }
      records.push({ type: 'Config', data: { ...resource, name: key, value } })
    }
  }
  if (image.nextProducerId > 0n) {
    const { nextProducerId } = image
    records.push({ type: 'ProducerIds', data: { brokerId: NO_BROKER, nextProducerId } })
  }
  return records
}

/** First the one that says in which versions all the others are written. */
function featureRecords(image: MetadataImage): MetadataRecord[] {
  return [...image.features()]
    .sort(([a], [b]) => Number(b === FEATURE_OF_RECORDS) - Number(a === FEATURE_OF_RECORDS))
    .map(([name, featureLevel]) => ({ type: 'FeatureLevel', data: { name, featureLevel } }))
}

function brokerRecord(broker: BrokerState): MetadataRecord {
  return {
    type: 'RegisterBroker',
    data: {
      brokerId: broker.id,
      incarnationId: broker.incarnationId,
      brokerEpoch: broker.epoch,
      endPoints: broker.endpoints,
      features: broker.features.map(({ name, minVersion, maxVersion }) => ({
        name,
        minSupportedVersion: minVersion,
        maxSupportedVersion: maxVersion,
      })),
      rack: broker.rack,
      fenced: broker.fenced,
      inControlledShutdown: broker.inControlledShutdown,
      logDirs: broker.logDirectories,
    },
  }
}

function partitionRecord(partition: PartitionState): MetadataRecord {
  const { eligibleLeaderReplicas } = partition
  return {
    type: 'Partition',
    data: {
      partitionId: partition.partition,
      topicId: partition.topicId,
      replicas: partition.replicas,
      isr: partition.inSyncReplicas,
      removingReplicas: partition.removingReplicas,
      addingReplicas: partition.addingReplicas,
      leader: partition.leader,
      leaderRecoveryState: partition.leaderRecoveryState,
      leaderEpoch: partition.leaderEpoch,
      partitionEpoch: partition.partitionEpoch,
      directories: partition.directories,
      eligibleLeaderReplicas: eligibleLeaderReplicas.length > 0 ? eligibleLeaderReplicas : null,
    },
  }
}

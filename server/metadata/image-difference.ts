// The records that turn an image into a later one, when what is in between is known by its end
// alone: a broker that has fallen behind what the metadata log still holds gets a snapshot.
//
// Replay stays the only way in which an image changes, and what it tells of the change is what
// it would tell of any other.

import { isDeepStrictEqual } from 'node:util'
import type { MetadataImage } from './image.ts'
import { imageRecords, RESOURCE_TYPES } from './image-records.ts'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type ReadMetadataRecord,
} from './records.ts'

/** Replayed into `image` they make it what `later` is. */
export function differenceRecords(
  image: MetadataImage,
  later: MetadataImage,
): ReadMetadataRecord[] {
  const news = imageRecords(later).filter((record) => !isKnown(image, later, record))
  return [...goneRecords(image, later), ...news].map((record) =>
    decodeMetadataRecord(encodeMetadataRecord(record)),
  )
}

/** What the later image no longer has; topics first, since one may have been made again. */
function* goneRecords(image: MetadataImage, later: MetadataImage): Generator<MetadataRecord> {
  for (const { id } of image.topics()) {
    if (later.topicById(id) === undefined) yield { type: 'RemoveTopic', data: { topicId: id } }
  }
  for (const { id, epoch } of image.brokers()) {
    if (later.broker(id) !== undefined) continue
    yield { type: 'UnregisterBroker', data: { brokerId: id, brokerEpoch: epoch } }
  }
  for (const { kind, name, configs } of image.allConfigs()) {
    // Those of a topic go with it.
    if (kind === 'topic' && later.topic(name)?.id !== image.topic(name)?.id) continue
    const kept = later.configs(kind, name)
    for (const key of configs.keys()) {
      if (kept.has(key)) continue
      const resource = { resourceType: RESOURCE_TYPES[kind], resourceName: name }
      yield { type: 'Config', data: { ...resource, name: key, value: null } }
    }
  }
  for (const name of image.features().keys()) {
    if (later.features().has(name)) continue
    yield { type: 'FeatureLevel', data: { name, featureLevel: 0 } }
  }
}

/** Whether the image has what the record of a later one says. */
function isKnown(image: MetadataImage, later: MetadataImage, record: MetadataRecord): boolean {
  switch (record.type) {
    case 'Topic':
      return image.topicById(record.data.topicId ?? '') !== undefined
    case 'Partition': {
      const { topicId = '', partitionId = -1 } = record.data
      return isDeepStrictEqual(
        image.partition(topicId, partitionId),
        later.partition(topicId, partitionId),
      )
    }
    case 'RegisterBroker': {
      const { brokerId = -1 } = record.data
      return isDeepStrictEqual(image.broker(brokerId), later.broker(brokerId))
    }
    case 'FeatureLevel':
      return image.features().get(record.data.name ?? '') === record.data.featureLevel
    case 'ProducerIds':
      return image.nextProducerId === later.nextProducerId
    case 'Config':
    case 'UnregisterBroker':
    case 'PartitionChange':
    case 'FenceBroker':
    case 'UnfenceBroker':
    case 'RemoveTopic':
    case 'BrokerRegistrationChange':
    case 'NoOp':
      return false
  }
}

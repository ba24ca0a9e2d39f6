// The first records of a new cluster's metadata log.

import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { Decide } from './decision.ts'

/** The level that Kafka 4.3 calls 4.3-IV0: it says in which versions records are written. */
export const METADATA_VERSION = 30

/** Features of a new cluster. Nothing for a log that has begun. */
export const bootstrapRecords: Decide<null, null> = (image: MetadataImage) => ({
  records: image.offset >= 0n ? [] : firstRecords(),
  response: null,
})

function firstRecords(): MetadataRecord[] {
  return [
    { type: 'FeatureLevel', data: { name: 'metadata.version', featureLevel: METADATA_VERSION } },
  ]
}

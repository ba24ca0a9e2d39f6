// ApiVersions (API 18), versions 0–4.
//   v1 throttle time · v3 name and version of the client's software, features; flexible
//   v4 features from level 0 (KIP-584)
// An unknown version is answered by the dispatcher, in version 0 (KIP-511).
//
// Differs from Kafka: a feature is supported in the one level that it has here, since none can be
// raised or lowered; those of protocols that are not served are not told.

import type { MetadataView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { apis } from '../protocol/messages/index.ts'
import type { AnyHandler, Handler } from './handler.ts'

const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

type Features = Pick<MetadataView, 'features' | 'offset'>

/** In force whatever the metadata log says: the controller elects by it (KIP-966). */
const ALWAYS_IN_FORCE: ReadonlyMap<string, number> = new Map([
  ['eligible.leader.replicas.version', 1],
])

export interface ApiVersionsOptions<Parts> {
  /** Everything that is served, this handler included. */
  served(): readonly Pick<AnyHandler<never>, 'api' | 'versions'>[]
  /** What the cluster's metadata says; undefined while it is not known. */
  metadata(parts: Parts): Features | undefined
}

/** Levels as supported and as finalized, with the offset of the metadata that says so as epoch. */
function featuresOf(metadata: Features | undefined) {
  if (metadata === undefined) return {}
  const levels = [...new Map([...ALWAYS_IN_FORCE, ...metadata.features()])]
  return {
    supportedFeatures: levels.map(([name, level]) => {
      return { name, minVersion: level, maxVersion: level }
    }),
    finalizedFeaturesEpoch: metadata.offset,
    finalizedFeatures: levels.map(([name, level]) => {
      return { name, minVersionLevel: level, maxVersionLevel: level }
    }),
  }
}

export function createApiVersions<Parts>(
  options: ApiVersionsOptions<Parts>,
): Handler<'apiVersions', Parts> {
  return {
    api: 'apiVersions',
    versions: { first: 0, last: 4 },
    handle(request, { apiVersion }, parts) {
      const isNamed =
        SOFTWARE.test(request.clientSoftwareName) && SOFTWARE.test(request.clientSoftwareVersion)
      if (apiVersion >= 3 && !isNamed) return { errorCode: ErrorCode.INVALID_REQUEST, apiKeys: [] }
      const apiKeys = options
        .served()
        .map(({ api, versions }) => ({
          apiKey: apis[api].key,
          minVersion: versions.first,
          maxVersion: versions.last,
        }))
        .sort((a, b) => a.apiKey - b.apiKey)
      return { errorCode: ErrorCode.NONE, apiKeys, ...featuresOf(options.metadata(parts)) }
    },
  }
}

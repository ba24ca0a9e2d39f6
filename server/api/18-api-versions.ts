// ApiVersions (API 18), versions 0–4.
//   v1 throttle time · v3 name and version of the client's software, features; flexible
//   v4 features from level 0 (KIP-584)
// An unknown version is answered by the dispatcher, in version 0 (KIP-511).
//
// Differs from Kafka: no features are told, since none can be raised or lowered here.

import { ErrorCode } from '../protocol/errors.ts'
import { apis } from '../protocol/messages/index.ts'
import type { AnyHandler, Handler } from './handler.ts'

const SOFTWARE = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

export interface ApiVersionsOptions {
  /** Everything that is served, this handler included. */
  served(): readonly Pick<AnyHandler<never>, 'api' | 'versions'>[]
}

export function createApiVersions(options: ApiVersionsOptions): Handler<'apiVersions', unknown> {
  return {
    api: 'apiVersions',
    versions: { first: 0, last: 4 },
    handle(request, { apiVersion }) {
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
      return { errorCode: ErrorCode.NONE, apiKeys }
    },
  }
}

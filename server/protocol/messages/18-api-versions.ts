// ApiVersions (API 18), versions 0–4, flexible from 3.
//   v1 throttle time · v3 flexible; name and version of the client's software (KIP-511); features (KIP-584)
//   v4 a feature may begin at 0
import {
  boolean,
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const apiVersionsRequest = request(
  18,
  '0-4',
  { flexible: '3+' },
  {
    clientSoftwareName: string({ versions: '3+', ignorable: true }),
    clientSoftwareVersion: string({ versions: '3+', ignorable: true }),
  },
)
export type ApiVersionsRequest = DataOf<typeof apiVersionsRequest>

export const apiVersionsResponse = response(
  18,
  '0-4',
  { flexible: '3+' },
  {
    errorCode: int16(),
    apiKeys: listOf(
      struct({
        apiKey: int16(),
        minVersion: int16(),
        maxVersion: int16(),
      }),
    ),
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    supportedFeatures: listOf(
      struct({
        name: string({ versions: '3+' }),
        minVersion: int16({ versions: '3+' }),
        maxVersion: int16({ versions: '3+' }),
      }),
      { versions: '3+', tag: 0, ignorable: true },
    ),
    finalizedFeaturesEpoch: int64({ versions: '3+', tag: 1, default: -1n, ignorable: true }),
    finalizedFeatures: listOf(
      struct({
        name: string({ versions: '3+' }),
        maxVersionLevel: int16({ versions: '3+' }),
        minVersionLevel: int16({ versions: '3+' }),
      }),
      { versions: '3+', tag: 2, ignorable: true },
    ),
    zkMigrationReady: boolean({ versions: '3+', tag: 3, ignorable: true }),
  },
)
export type ApiVersionsResponse = DataOf<typeof apiVersionsResponse>

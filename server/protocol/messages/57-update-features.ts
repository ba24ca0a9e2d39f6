// UpdateFeatures (API 57), versions 0–2, flexible from 0.
import {
  boolean,
  type DataOf,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const updateFeaturesRequest = request(
  57,
  '0-2',
  { flexible: '0+' },
  {
    timeoutMs: int32({ default: 60000 }),
    featureUpdates: listOf(
      struct({
        feature: string(),
        maxVersionLevel: int16(),
        allowDowngrade: boolean({ versions: '0' }),
        upgradeType: int8({ versions: '1+', default: 1 }),
      }),
    ),
    validateOnly: boolean({ versions: '1+' }),
  },
)
export type UpdateFeaturesRequest = DataOf<typeof updateFeaturesRequest>

export const updateFeaturesResponse = response(
  57,
  '0-2',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    results: listOf(
      struct({
        feature: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
      }),
      { versions: '0-1', ignorable: true },
    ),
  },
)
export type UpdateFeaturesResponse = DataOf<typeof updateFeaturesResponse>

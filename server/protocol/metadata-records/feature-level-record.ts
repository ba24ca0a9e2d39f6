// FeatureLevelRecord (record type 12), versions 0.
import { type DataOf, data, int16, string } from '../definition.ts'

export const featureLevelRecord = data(
  12,
  '0',
  { flexible: '0+' },
  {
    name: string(),
    featureLevel: int16(),
  },
)
export type FeatureLevelRecord = DataOf<typeof featureLevelRecord>

// GroupMetadataKey (record type 2), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const groupMetadataKey = data(
  2,
  '0',
  {},
  {
    group: string({ versions: '0' }),
  },
)
export type GroupMetadataKey = DataOf<typeof groupMetadataKey>

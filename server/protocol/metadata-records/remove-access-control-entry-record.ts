// RemoveAccessControlEntryRecord (record type 19), versions 0.
import { type DataOf, data, uuid } from '../definition.ts'

export const removeAccessControlEntryRecord = data(
  19,
  '0',
  { flexible: '0+' },
  {
    id: uuid(),
  },
)
export type RemoveAccessControlEntryRecord = DataOf<typeof removeAccessControlEntryRecord>

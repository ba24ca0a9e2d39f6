// AccessControlEntryRecord (record type 18), versions 0.
import { type DataOf, data, int8, string, uuid } from '../definition.ts'

export const accessControlEntryRecord = data(
  18,
  '0',
  { flexible: '0+' },
  {
    id: uuid(),
    resourceType: int8(),
    resourceName: string(),
    patternType: int8(),
    principal: string(),
    host: string(),
    operation: int8(),
    permissionType: int8(),
  },
)
export type AccessControlEntryRecord = DataOf<typeof accessControlEntryRecord>

// RemoveUserScramCredentialRecord (record type 22), versions 0.
import { type DataOf, data, int8, string } from '../definition.ts'

export const removeUserScramCredentialRecord = data(
  22,
  '0',
  { flexible: '0+' },
  {
    name: string(),
    mechanism: int8(),
  },
)
export type RemoveUserScramCredentialRecord = DataOf<typeof removeUserScramCredentialRecord>

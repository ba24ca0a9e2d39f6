// UserScramCredentialRecord (record type 11), versions 0.
import { bytes, type DataOf, data, int8, int32, string } from '../definition.ts'

export const userScramCredentialRecord = data(
  11,
  '0',
  { flexible: '0+' },
  {
    name: string(),
    mechanism: int8(),
    salt: bytes(),
    storedKey: bytes(),
    serverKey: bytes(),
    iterations: int32(),
  },
)
export type UserScramCredentialRecord = DataOf<typeof userScramCredentialRecord>

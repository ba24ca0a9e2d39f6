// AlterUserScramCredentials (API 51), versions 0, flexible from 0.
import {
  bytes,
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

export const alterUserScramCredentialsRequest = request(
  51,
  '0',
  { flexible: '0+' },
  {
    deletions: listOf(
      struct({
        name: string(),
        mechanism: int8(),
      }),
    ),
    upsertions: listOf(
      struct({
        name: string(),
        mechanism: int8(),
        iterations: int32(),
        salt: bytes(),
        saltedPassword: bytes(),
      }),
    ),
  },
)
export type AlterUserScramCredentialsRequest = DataOf<typeof alterUserScramCredentialsRequest>

export const alterUserScramCredentialsResponse = response(
  51,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        user: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
      }),
    ),
  },
)
export type AlterUserScramCredentialsResponse = DataOf<typeof alterUserScramCredentialsResponse>

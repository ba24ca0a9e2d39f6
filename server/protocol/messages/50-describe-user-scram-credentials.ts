// DescribeUserScramCredentials (API 50), versions 0, flexible from 0.
import {
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

export const describeUserScramCredentialsRequest = request(
  50,
  '0',
  { flexible: '0+' },
  {
    users: listOf(
      struct({
        name: string(),
      }),
      { nullable: '0+' },
    ),
  },
)
export type DescribeUserScramCredentialsRequest = DataOf<typeof describeUserScramCredentialsRequest>

export const describeUserScramCredentialsResponse = response(
  50,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    results: listOf(
      struct({
        user: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        credentialInfos: listOf(
          struct({
            mechanism: int8(),
            iterations: int32(),
          }),
        ),
      }),
    ),
  },
)
export type DescribeUserScramCredentialsResponse = DataOf<
  typeof describeUserScramCredentialsResponse
>

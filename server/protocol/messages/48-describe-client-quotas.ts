// DescribeClientQuotas (API 48), versions 0–1, flexible from 1.
import {
  boolean,
  type DataOf,
  float64,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const describeClientQuotasRequest = request(
  48,
  '0-1',
  { flexible: '1+' },
  {
    components: listOf(
      struct({
        entityType: string(),
        matchType: int8(),
        match: string({ nullable: '0+' }),
      }),
    ),
    strict: boolean(),
  },
)
export type DescribeClientQuotasRequest = DataOf<typeof describeClientQuotasRequest>

export const describeClientQuotasResponse = response(
  48,
  '0-1',
  { flexible: '1+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    entries: listOf(
      struct({
        entity: listOf(
          struct({
            entityType: string(),
            entityName: string({ nullable: '0+' }),
          }),
        ),
        values: listOf(
          struct({
            key: string(),
            value: float64(),
          }),
        ),
      }),
      { nullable: '0+' },
    ),
  },
)
export type DescribeClientQuotasResponse = DataOf<typeof describeClientQuotasResponse>

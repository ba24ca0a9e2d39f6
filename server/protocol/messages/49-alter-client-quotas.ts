// AlterClientQuotas (API 49), versions 0–1, flexible from 1.
import {
  boolean,
  type DataOf,
  float64,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const alterClientQuotasRequest = request(
  49,
  '0-1',
  { flexible: '1+' },
  {
    entries: listOf(
      struct({
        entity: listOf(
          struct({
            entityType: string(),
            entityName: string({ nullable: '0+' }),
          }),
        ),
        ops: listOf(
          struct({
            key: string(),
            value: float64(),
            remove: boolean(),
          }),
        ),
      }),
    ),
    validateOnly: boolean(),
  },
)
export type AlterClientQuotasRequest = DataOf<typeof alterClientQuotasRequest>

export const alterClientQuotasResponse = response(
  49,
  '0-1',
  { flexible: '1+' },
  {
    throttleTimeMs: int32(),
    entries: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        entity: listOf(
          struct({
            entityType: string(),
            entityName: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
  },
)
export type AlterClientQuotasResponse = DataOf<typeof alterClientQuotasResponse>

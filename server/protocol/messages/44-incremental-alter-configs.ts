// IncrementalAlterConfigs (API 44), versions 0–1, flexible from 1.
//   v1 flexible
import {
  boolean,
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

export const incrementalAlterConfigsRequest = request(
  44,
  '0-1',
  { flexible: '1+' },
  {
    resources: listOf(
      struct({
        resourceType: int8(),
        resourceName: string(),
        configs: listOf(
          struct({
            name: string(),
            configOperation: int8(),
            value: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
    validateOnly: boolean(),
  },
)
export type IncrementalAlterConfigsRequest = DataOf<typeof incrementalAlterConfigsRequest>

export const incrementalAlterConfigsResponse = response(
  44,
  '0-1',
  { flexible: '1+' },
  {
    throttleTimeMs: int32(),
    responses: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        resourceType: int8(),
        resourceName: string(),
      }),
    ),
  },
)
export type IncrementalAlterConfigsResponse = DataOf<typeof incrementalAlterConfigsResponse>

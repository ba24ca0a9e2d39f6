// AlterConfigs (API 33), versions 0–2, flexible from 2.
//   v2 flexible. Sets all configs of a resource at once; IncrementalAlterConfigs (44) took its place.
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

export const alterConfigsRequest = request(
  33,
  '0-2',
  { flexible: '2+' },
  {
    resources: listOf(
      struct({
        resourceType: int8(),
        resourceName: string(),
        configs: listOf(
          struct({
            name: string(),
            value: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
    validateOnly: boolean(),
  },
)
export type AlterConfigsRequest = DataOf<typeof alterConfigsRequest>

export const alterConfigsResponse = response(
  33,
  '0-2',
  { flexible: '2+' },
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
export type AlterConfigsResponse = DataOf<typeof alterConfigsResponse>

// ListConfigResources (API 74), versions 0–1, flexible from 0.
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

export const listConfigResourcesRequest = request(
  74,
  '0-1',
  { flexible: '0+' },
  {
    resourceTypes: listOf(int8(), { versions: '1+' }),
  },
)
export type ListConfigResourcesRequest = DataOf<typeof listConfigResourcesRequest>

export const listConfigResourcesResponse = response(
  74,
  '0-1',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    configResources: listOf(
      struct({
        resourceName: string(),
        resourceType: int8({ versions: '1+', default: 16, ignorable: true }),
      }),
    ),
  },
)
export type ListConfigResourcesResponse = DataOf<typeof listConfigResourcesResponse>

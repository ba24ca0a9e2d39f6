// CreateAcls (API 30), versions 1–3, flexible from 2.
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

export const createAclsRequest = request(
  30,
  '1-3',
  { flexible: '2+' },
  {
    creations: listOf(
      struct({
        resourceType: int8(),
        resourceName: string(),
        resourcePatternType: int8({ default: 3 }),
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8(),
      }),
    ),
  },
)
export type CreateAclsRequest = DataOf<typeof createAclsRequest>

export const createAclsResponse = response(
  30,
  '1-3',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
      }),
    ),
  },
)
export type CreateAclsResponse = DataOf<typeof createAclsResponse>

// DeleteAcls (API 31), versions 1–3, flexible from 2.
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

export const deleteAclsRequest = request(
  31,
  '1-3',
  { flexible: '2+' },
  {
    filters: listOf(
      struct({
        resourceTypeFilter: int8(),
        resourceNameFilter: string({ nullable: '0+' }),
        patternTypeFilter: int8({ default: 3 }),
        principalFilter: string({ nullable: '0+' }),
        hostFilter: string({ nullable: '0+' }),
        operation: int8(),
        permissionType: int8(),
      }),
    ),
  },
)
export type DeleteAclsRequest = DataOf<typeof deleteAclsRequest>

export const deleteAclsResponse = response(
  31,
  '1-3',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    filterResults: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        matchingAcls: listOf(
          struct({
            errorCode: int16(),
            errorMessage: string({ nullable: '0+' }),
            resourceType: int8(),
            resourceName: string(),
            patternType: int8({ default: 3 }),
            principal: string(),
            host: string(),
            operation: int8(),
            permissionType: int8(),
          }),
        ),
      }),
    ),
  },
)
export type DeleteAclsResponse = DataOf<typeof deleteAclsResponse>

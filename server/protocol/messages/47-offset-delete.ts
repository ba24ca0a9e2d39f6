// OffsetDelete (API 47), versions 0.
import {
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const offsetDeleteRequest = request(
  47,
  '0',
  {},
  {
    groupId: string(),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
          }),
        ),
      }),
    ),
  },
)
export type OffsetDeleteRequest = DataOf<typeof offsetDeleteRequest>

export const offsetDeleteResponse = response(
  47,
  '0',
  {},
  {
    errorCode: int16(),
    throttleTimeMs: int32({ ignorable: true }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
          }),
        ),
      }),
    ),
  },
)
export type OffsetDeleteResponse = DataOf<typeof offsetDeleteResponse>

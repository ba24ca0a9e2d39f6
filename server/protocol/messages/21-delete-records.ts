// DeleteRecords (API 21), versions 0–2, flexible from 2.
import {
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const deleteRecordsRequest = request(
  21,
  '0-2',
  { flexible: '2+' },
  {
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            offset: int64(),
          }),
        ),
      }),
    ),
    timeoutMs: int32(),
  },
)
export type DeleteRecordsRequest = DataOf<typeof deleteRecordsRequest>

export const deleteRecordsResponse = response(
  21,
  '0-2',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            lowWatermark: int64(),
            errorCode: int16(),
          }),
        ),
      }),
    ),
  },
)
export type DeleteRecordsResponse = DataOf<typeof deleteRecordsResponse>

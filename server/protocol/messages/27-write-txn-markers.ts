// WriteTxnMarkers (API 27), versions 1–2, flexible from 1.
import {
  boolean,
  type DataOf,
  int8,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const writeTxnMarkersRequest = request(
  27,
  '1-2',
  { flexible: '1+' },
  {
    markers: listOf(
      struct({
        producerId: int64(),
        producerEpoch: int16(),
        transactionResult: boolean(),
        topics: listOf(
          struct({
            name: string(),
            partitionIndexes: listOf(int32()),
          }),
        ),
        coordinatorEpoch: int32(),
        transactionVersion: int8({ versions: '2+', ignorable: true }),
      }),
    ),
  },
)
export type WriteTxnMarkersRequest = DataOf<typeof writeTxnMarkersRequest>

export const writeTxnMarkersResponse = response(
  27,
  '1-2',
  { flexible: '1+' },
  {
    markers: listOf(
      struct({
        producerId: int64(),
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
      }),
    ),
  },
)
export type WriteTxnMarkersResponse = DataOf<typeof writeTxnMarkersResponse>

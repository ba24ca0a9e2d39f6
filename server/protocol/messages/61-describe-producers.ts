// DescribeProducers (API 61), versions 0, flexible from 0.
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

export const describeProducersRequest = request(
  61,
  '0',
  { flexible: '0+' },
  {
    topics: listOf(
      struct({
        name: string(),
        partitionIndexes: listOf(int32()),
      }),
    ),
  },
)
export type DescribeProducersRequest = DataOf<typeof describeProducersRequest>

export const describeProducersResponse = response(
  61,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+', default: null }),
            activeProducers: listOf(
              struct({
                producerId: int64(),
                producerEpoch: int32(),
                lastSequence: int32({ default: -1 }),
                lastTimestamp: int64({ default: -1n }),
                coordinatorEpoch: int32(),
                currentTxnStartOffset: int64({ default: -1n }),
              }),
            ),
          }),
        ),
      }),
    ),
  },
)
export type DescribeProducersResponse = DataOf<typeof describeProducersResponse>

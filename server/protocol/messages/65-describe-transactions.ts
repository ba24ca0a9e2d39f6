// DescribeTransactions (API 65), versions 0, flexible from 0.
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

export const describeTransactionsRequest = request(
  65,
  '0',
  { flexible: '0+' },
  {
    transactionalIds: listOf(string()),
  },
)
export type DescribeTransactionsRequest = DataOf<typeof describeTransactionsRequest>

export const describeTransactionsResponse = response(
  65,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    transactionStates: listOf(
      struct({
        errorCode: int16(),
        transactionalId: string(),
        transactionState: string(),
        transactionTimeoutMs: int32(),
        transactionStartTimeMs: int64(),
        producerId: int64(),
        producerEpoch: int16(),
        topics: listOf(
          struct({
            topic: string(),
            partitions: listOf(int32()),
          }),
        ),
      }),
    ),
  },
)
export type DescribeTransactionsResponse = DataOf<typeof describeTransactionsResponse>

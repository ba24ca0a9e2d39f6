// TransactionLogValue (record type 0), versions 0–1.
import {
  type DataOf,
  data,
  int8,
  int16,
  int32,
  int64,
  listOf,
  string,
  struct,
} from '../definition.ts'

export const transactionLogValue = data(
  0,
  '0-1',
  { flexible: '1+' },
  {
    producerId: int64(),
    previousProducerId: int64({ versions: '1+', tag: 0, default: -1n }),
    nextProducerId: int64({ versions: '1+', tag: 1, default: -1n }),
    producerEpoch: int16(),
    nextProducerEpoch: int16({ versions: '1+', tag: 3, default: -1 }),
    transactionTimeoutMs: int32(),
    transactionStatus: int8(),
    transactionPartitions: listOf(
      struct({
        topic: string(),
        partitionIds: listOf(int32()),
      }),
      { nullable: '0+' },
    ),
    transactionLastUpdateTimestampMs: int64(),
    transactionStartTimestampMs: int64(),
    clientTransactionVersion: int16({ versions: '1+', tag: 2 }),
  },
)
export type TransactionLogValue = DataOf<typeof transactionLogValue>

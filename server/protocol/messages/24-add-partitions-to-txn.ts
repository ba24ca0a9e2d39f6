// AddPartitionsToTxn (API 24), versions 0–5, flexible from 3.
import {
  boolean,
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

const addPartitionsToTxnTopic = struct({
  name: string(),
  partitions: listOf(int32()),
})

export const addPartitionsToTxnRequest = request(
  24,
  '0-5',
  { flexible: '3+' },
  {
    transactions: listOf(
      struct({
        transactionalId: string({ versions: '4+' }),
        producerId: int64({ versions: '4+' }),
        producerEpoch: int16({ versions: '4+' }),
        verifyOnly: boolean({ versions: '4+' }),
        topics: listOf(addPartitionsToTxnTopic, { versions: '4+' }),
      }),
      { versions: '4+' },
    ),
    v3AndBelowTransactionalId: string({ versions: '0-3' }),
    v3AndBelowProducerId: int64({ versions: '0-3' }),
    v3AndBelowProducerEpoch: int16({ versions: '0-3' }),
    v3AndBelowTopics: listOf(addPartitionsToTxnTopic, { versions: '0-3' }),
  },
)
export type AddPartitionsToTxnRequest = DataOf<typeof addPartitionsToTxnRequest>

const addPartitionsToTxnPartitionResult = struct({
  partitionIndex: int32(),
  partitionErrorCode: int16(),
})

const addPartitionsToTxnTopicResult = struct({
  name: string(),
  resultsByPartition: listOf(addPartitionsToTxnPartitionResult),
})

export const addPartitionsToTxnResponse = response(
  24,
  '0-5',
  { flexible: '3+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '4+', ignorable: true }),
    resultsByTransaction: listOf(
      struct({
        transactionalId: string({ versions: '4+' }),
        topicResults: listOf(addPartitionsToTxnTopicResult, { versions: '4+' }),
      }),
      { versions: '4+' },
    ),
    resultsByTopicV3AndBelow: listOf(addPartitionsToTxnTopicResult, { versions: '0-3' }),
  },
)
export type AddPartitionsToTxnResponse = DataOf<typeof addPartitionsToTxnResponse>

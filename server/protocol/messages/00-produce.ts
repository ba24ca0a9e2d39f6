// Produce (API 0), versions 3–13, flexible from 9.
//   v4 may answer KAFKA_STORAGE_ERROR · v5 log start offset in the answer · v7 zstd (KIP-110)
//   v8 which records made a batch fail (KIP-467) · v9 flexible · v10 tells the new leader (KIP-951)
//   v11 may answer TRANSACTION_ABORTABLE · v12 adds the partition to the transaction itself (KIP-890)
//   v13 topic ids in place of names (KIP-516)
import {
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  nested,
  records,
  request,
  response,
  string,
  struct,
  uuid,
} from '../definition.ts'

export const produceRequest = request(
  0,
  '3-13',
  { flexible: '9+' },
  {
    transactionalId: string({ nullable: '3+', default: null }),
    acks: int16(),
    timeoutMs: int32(),
    topicData: listOf(
      struct({
        name: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitionData: listOf(
          struct({
            index: int32(),
            records: records({ nullable: '0+', default: null }),
          }),
        ),
      }),
    ),
  },
)
export type ProduceRequest = DataOf<typeof produceRequest>

export const produceResponse = response(
  0,
  '3-13',
  { flexible: '9+' },
  {
    responses: listOf(
      struct({
        name: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitionResponses: listOf(
          struct({
            index: int32(),
            errorCode: int16(),
            baseOffset: int64(),
            logAppendTimeMs: int64({ default: -1n, ignorable: true }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            recordErrors: listOf(
              struct({
                batchIndex: int32({ versions: '8+' }),
                batchIndexErrorMessage: string({ versions: '8+', nullable: '8+', default: null }),
              }),
              { versions: '8+', ignorable: true },
            ),
            errorMessage: string({
              versions: '8+',
              nullable: '8+',
              default: null,
              ignorable: true,
            }),
            currentLeader: nested(
              struct({
                leaderId: int32({ versions: '10+', default: -1 }),
                leaderEpoch: int32({ versions: '10+', default: -1 }),
              }),
              { versions: '10+', tag: 0 },
            ),
          }),
        ),
      }),
    ),
    throttleTimeMs: int32({ ignorable: true }),
    nodeEndpoints: listOf(
      struct({
        nodeId: int32({ versions: '10+' }),
        host: string({ versions: '10+' }),
        port: int32({ versions: '10+' }),
        rack: string({ versions: '10+', nullable: '10+', default: null }),
      }),
      { versions: '10+', tag: 0 },
    ),
  },
)
export type ProduceResponse = DataOf<typeof produceResponse>

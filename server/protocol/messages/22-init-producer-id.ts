// InitProducerId (API 22), versions 0–6, flexible from 2.
//   v2 flexible · v3 an epoch may be bumped by its holder (KIP-360) · v4 may answer PRODUCER_FENCED (KIP-588)
//   v5 may answer TRANSACTION_ABORTABLE (KIP-890) · v6 two-phase commit (KIP-939), not stable in Kafka 4.3
import {
  boolean,
  type DataOf,
  int16,
  int32,
  int64,
  request,
  response,
  string,
} from '../definition.ts'

export const initProducerIdRequest = request(
  22,
  '0-6',
  { flexible: '2+' },
  {
    transactionalId: string({ nullable: '0+' }),
    transactionTimeoutMs: int32(),
    producerId: int64({ versions: '3+', default: -1n }),
    producerEpoch: int16({ versions: '3+', default: -1 }),
    enable2Pc: boolean({ versions: '6+' }),
    keepPreparedTxn: boolean({ versions: '6+' }),
  },
)
export type InitProducerIdRequest = DataOf<typeof initProducerIdRequest>

export const initProducerIdResponse = response(
  22,
  '0-6',
  { flexible: '2+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    errorCode: int16(),
    producerId: int64({ default: -1n }),
    producerEpoch: int16(),
    ongoingTxnProducerId: int64({ versions: '6+', default: -1n }),
    ongoingTxnProducerEpoch: int16({ versions: '6+', default: -1 }),
  },
)
export type InitProducerIdResponse = DataOf<typeof initProducerIdResponse>

// EndTxn (API 26), versions 0–5, flexible from 3.
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

export const endTxnRequest = request(
  26,
  '0-5',
  { flexible: '3+' },
  {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    committed: boolean(),
  },
)
export type EndTxnRequest = DataOf<typeof endTxnRequest>

export const endTxnResponse = response(
  26,
  '0-5',
  { flexible: '3+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64({ versions: '5+', default: -1n, ignorable: true }),
    producerEpoch: int16({ versions: '5+', default: -1, ignorable: true }),
  },
)
export type EndTxnResponse = DataOf<typeof endTxnResponse>

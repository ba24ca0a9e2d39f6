// AddOffsetsToTxn (API 25), versions 0–4, flexible from 3.
import { type DataOf, int16, int32, int64, request, response, string } from '../definition.ts'

export const addOffsetsToTxnRequest = request(
  25,
  '0-4',
  { flexible: '3+' },
  {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    groupId: string(),
  },
)
export type AddOffsetsToTxnRequest = DataOf<typeof addOffsetsToTxnRequest>

export const addOffsetsToTxnResponse = response(
  25,
  '0-4',
  { flexible: '3+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
  },
)
export type AddOffsetsToTxnResponse = DataOf<typeof addOffsetsToTxnResponse>

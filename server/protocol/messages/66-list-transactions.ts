// ListTransactions (API 66), versions 0–2, flexible from 0.
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

export const listTransactionsRequest = request(
  66,
  '0-2',
  { flexible: '0+' },
  {
    stateFilters: listOf(string()),
    producerIdFilters: listOf(int64()),
    durationFilter: int64({ versions: '1+', default: -1n }),
    transactionalIdPattern: string({ versions: '2+', nullable: '2+', default: null }),
  },
)
export type ListTransactionsRequest = DataOf<typeof listTransactionsRequest>

export const listTransactionsResponse = response(
  66,
  '0-2',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    unknownStateFilters: listOf(string()),
    transactionStates: listOf(
      struct({
        transactionalId: string(),
        producerId: int64(),
        transactionState: string(),
      }),
    ),
  },
)
export type ListTransactionsResponse = DataOf<typeof listTransactionsResponse>

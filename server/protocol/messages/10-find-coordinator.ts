// FindCoordinator (API 10), versions 0–6, flexible from 3.
//   v1 coordinator type; error message · v3 flexible · v4 several keys at once (KIP-699)
//   v5 may answer TRANSACTION_ABORTABLE (KIP-890) · v6 share groups (KIP-932)
import {
  type DataOf,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const findCoordinatorRequest = request(
  10,
  '0-6',
  { flexible: '3+' },
  {
    key: string({ versions: '0-3' }),
    keyType: int8({ versions: '1+' }),
    coordinatorKeys: listOf(string(), { versions: '4+' }),
  },
)
export type FindCoordinatorRequest = DataOf<typeof findCoordinatorRequest>

export const findCoordinatorResponse = response(
  10,
  '0-6',
  { flexible: '3+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16({ versions: '0-3' }),
    errorMessage: string({ versions: '1-3', nullable: '1-3', ignorable: true }),
    nodeId: int32({ versions: '0-3' }),
    host: string({ versions: '0-3' }),
    port: int32({ versions: '0-3' }),
    coordinators: listOf(
      struct({
        key: string({ versions: '4+' }),
        nodeId: int32({ versions: '4+' }),
        host: string({ versions: '4+' }),
        port: int32({ versions: '4+' }),
        errorCode: int16({ versions: '4+' }),
        errorMessage: string({ versions: '4+', nullable: '4+', ignorable: true }),
      }),
      { versions: '4+' },
    ),
  },
)
export type FindCoordinatorResponse = DataOf<typeof findCoordinatorResponse>

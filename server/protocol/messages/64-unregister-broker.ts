// UnregisterBroker (API 64), versions 0, flexible from 0.
import { type DataOf, int16, int32, request, response, string } from '../definition.ts'

export const unregisterBrokerRequest = request(
  64,
  '0',
  { flexible: '0+' },
  {
    brokerId: int32(),
  },
)
export type UnregisterBrokerRequest = DataOf<typeof unregisterBrokerRequest>

export const unregisterBrokerResponse = response(
  64,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
)
export type UnregisterBrokerResponse = DataOf<typeof unregisterBrokerResponse>

// Envelope (API 58), versions 0, flexible from 0.
import { bytes, type DataOf, int16, request, response } from '../definition.ts'

export const envelopeRequest = request(
  58,
  '0',
  { flexible: '0+' },
  {
    requestData: bytes(),
    requestPrincipal: bytes({ nullable: '0+' }),
    clientHostAddress: bytes(),
  },
)
export type EnvelopeRequest = DataOf<typeof envelopeRequest>

export const envelopeResponse = response(
  58,
  '0',
  { flexible: '0+' },
  {
    responseData: bytes({ nullable: '0+', default: null }),
    errorCode: int16(),
  },
)
export type EnvelopeResponse = DataOf<typeof envelopeResponse>

// SaslAuthenticate (API 36), versions 0–2, flexible from 2.
import { bytes, type DataOf, int16, int64, request, response, string } from '../definition.ts'

export const saslAuthenticateRequest = request(
  36,
  '0-2',
  { flexible: '2+' },
  {
    authBytes: bytes(),
  },
)
export type SaslAuthenticateRequest = DataOf<typeof saslAuthenticateRequest>

export const saslAuthenticateResponse = response(
  36,
  '0-2',
  { flexible: '2+' },
  {
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    authBytes: bytes(),
    sessionLifetimeMs: int64({ versions: '1+', ignorable: true }),
  },
)
export type SaslAuthenticateResponse = DataOf<typeof saslAuthenticateResponse>

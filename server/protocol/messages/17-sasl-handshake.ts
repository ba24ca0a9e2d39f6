// SaslHandshake (API 17), versions 0–1.
import { type DataOf, int16, listOf, request, response, string } from '../definition.ts'

export const saslHandshakeRequest = request(
  17,
  '0-1',
  {},
  {
    mechanism: string(),
  },
)
export type SaslHandshakeRequest = DataOf<typeof saslHandshakeRequest>

export const saslHandshakeResponse = response(
  17,
  '0-1',
  {},
  {
    errorCode: int16(),
    mechanisms: listOf(string()),
  },
)
export type SaslHandshakeResponse = DataOf<typeof saslHandshakeResponse>

// The headers that precede every request and response.
//
// Request header 1 until a message becomes flexible, 2 from then on; response header 0 and 1
// likewise, except that ApiVersions always answers with header 0, since a client cannot know
// what the broker understands before it has read that answer (KIP-511).
import { type DataOf, header, int16, int32, string } from '../definition.ts'

export const requestHeader = header(
  -1,
  '1-2',
  { flexible: '2+' },
  {
    requestApiKey: int16(),
    requestApiVersion: int16(),
    correlationId: int32(),
    // Keeps its two-byte length in every version.
    clientId: string({ nullable: '1+', flexible: 'none' }),
  },
)
export type RequestHeader = DataOf<typeof requestHeader>

export const responseHeader = header(
  -1,
  '0-1',
  { flexible: '1+' },
  {
    correlationId: int32(),
  },
)
export type ResponseHeader = DataOf<typeof responseHeader>

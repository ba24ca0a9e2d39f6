// DescribeQuorum (API 55), versions 0–2.
//   v1 times of the last fetch (KIP-836) · v2 directory ids, the controllers' addresses (KIP-853)
// Answered by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const TIMEOUT_MS = 5000

export const describeQuorum = handler<BrokerParts>()({
  api: 'describeQuorum',
  versions: { first: 0, last: 2 },
  handle(request, _context, parts) {
    return forwarded('describeQuorum', request, TIMEOUT_MS, parts, (code, message) => ({
      errorCode: code,
      errorMessage: message,
      topics: [],
      nodes: [],
    }))
  },
})

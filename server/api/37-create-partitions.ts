// CreatePartitions (API 37), versions 0–3.
//   v2 flexible · v3 throttling
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const createPartitions = handler<BrokerParts>()({
  api: 'createPartitions',
  versions: { first: 0, last: 3 },
  handle(request, _context, parts) {
    return forwarded('createPartitions', request, request.timeoutMs, parts, (code, message) => ({
      results: request.topics.map(({ name }) => ({ name, errorCode: code, errorMessage: message })),
    }))
  },
})

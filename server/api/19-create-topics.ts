// CreateTopics (API 19), versions 2–7.
//   v4 defaults for partitions and replicas (KIP-464) · v5 configs in the answer (KIP-525),
//   flexible · v6 throttling · v7 topic ids
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const createTopics = handler<BrokerParts>()({
  api: 'createTopics',
  versions: { first: 2, last: 7 },
  handle(request, _context, parts) {
    return forwarded('createTopics', request, request.timeoutMs, parts, (code, message) => ({
      topics: request.topics.map(({ name }) => ({ name, errorCode: code, errorMessage: message })),
    }))
  },
})

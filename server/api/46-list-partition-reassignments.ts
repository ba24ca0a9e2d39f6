// ListPartitionReassignments (API 46), version 0.
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const listPartitionReassignments = handler<BrokerParts>()({
  api: 'listPartitionReassignments',
  versions: { first: 0, last: 0 },
  handle(request, _context, parts) {
    return forwarded(
      'listPartitionReassignments',
      request,
      request.timeoutMs,
      parts,
      (code, message) => ({
        errorCode: code,
        errorMessage: message,
        topics: [],
      }),
    )
  },
})

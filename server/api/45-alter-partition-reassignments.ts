// AlterPartitionReassignments (API 45), versions 0–1.
//   v1 may forbid another replication factor
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const alterPartitionReassignments = handler<BrokerParts>()({
  api: 'alterPartitionReassignments',
  versions: { first: 0, last: 1 },
  handle(request, _context, parts) {
    return forwarded(
      'alterPartitionReassignments',
      request,
      request.timeoutMs,
      parts,
      (code, message) => ({
        errorCode: code,
        errorMessage: message,
        responses: [],
      }),
    )
  },
})

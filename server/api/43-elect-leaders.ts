// ElectLeaders (API 43), versions 0–2.
//   v1 unclean elections · v2 flexible
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const electLeaders = handler<BrokerParts>()({
  api: 'electLeaders',
  versions: { first: 0, last: 2 },
  handle(request, _context, parts) {
    return forwarded('electLeaders', request, request.timeoutMs, parts, (errorCode) => ({
      errorCode,
      replicaElectionResults: [],
    }))
  },
})

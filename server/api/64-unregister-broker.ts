// UnregisterBroker (API 64), version 0.
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const TIMEOUT_MS = 15_000

export const unregisterBroker = handler<BrokerParts>()({
  api: 'unregisterBroker',
  versions: { first: 0, last: 0 },
  handle(request, _context, parts) {
    return forwarded('unregisterBroker', request, TIMEOUT_MS, parts, (code, message) => ({
      errorCode: code,
      errorMessage: message,
    }))
  },
})

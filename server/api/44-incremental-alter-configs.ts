// IncrementalAlterConfigs (API 44), versions 0–1: sets, deletes, appends to and subtracts from
// single configs (KIP-339). v1 flexible.
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const TIMEOUT_MS = 30_000

export const incrementalAlterConfigs = handler<BrokerParts>()({
  api: 'incrementalAlterConfigs',
  versions: { first: 0, last: 1 },
  handle(request, _context, parts) {
    return forwarded('incrementalAlterConfigs', request, TIMEOUT_MS, parts, (code, message) => ({
      responses: request.resources.map(({ resourceType, resourceName }) => ({
        resourceType,
        resourceName,
        errorCode: code,
        errorMessage: message,
      })),
    }))
  },
})

// AlterConfigs (API 33), versions 0–2: replaces all configs of a resource. v2 flexible.
// Decided by the controller.

import { forwarded } from './forwarding.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const TIMEOUT_MS = 30_000

export const alterConfigs = handler<BrokerParts>()({
  api: 'alterConfigs',
  versions: { first: 0, last: 2 },
  handle(request, _context, parts) {
    return forwarded('alterConfigs', request, TIMEOUT_MS, parts, (code, message) => ({
      responses: request.resources.map(({ resourceType, resourceName }) => ({
        resourceType,
        resourceName,
        errorCode: code,
        errorMessage: message,
      })),
    }))
  },
})

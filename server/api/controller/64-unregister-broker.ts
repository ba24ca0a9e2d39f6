// UnregisterBroker (API 64), forwarded by a broker.

import { controllerHandler } from './parts.ts'

export const unregisterBroker = controllerHandler({
  api: 'unregisterBroker',
  versions: { first: 0, last: 0 },
  handle: (request, _context, { controller }) => controller.unregisterBroker(request),
})

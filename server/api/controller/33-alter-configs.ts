// AlterConfigs (API 33), forwarded by a broker: sets all configs of a resource at once.
//   v2 flexible

import { controllerHandler } from './parts.ts'

export const alterConfigs = controllerHandler({
  api: 'alterConfigs',
  versions: { first: 0, last: 2 },
  handle: (request, _context, { controller }) => controller.decide('alterConfigs', request),
})

// ElectLeaders (API 43), forwarded by a broker.
//   v1 unclean elections · v2 flexible

import { controllerHandler } from './parts.ts'

export const electLeaders = controllerHandler({
  api: 'electLeaders',
  versions: { first: 0, last: 2 },
  handle: (request, _context, { controller }) => controller.decide('electLeaders', request),
})

// AllocateProducerIds (API 67): a block of producer ids for a broker to hand out.

import { controllerHandler } from './parts.ts'

export const allocateProducerIds = controllerHandler({
  api: 'allocateProducerIds',
  versions: { first: 0, last: 0 },
  handle: (request, _context, { controller }) => controller.decide('allocateProducerIds', request),
})

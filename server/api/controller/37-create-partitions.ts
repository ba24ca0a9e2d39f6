// CreatePartitions (API 37), forwarded by a broker.
//   v2 flexible

import { controllerHandler } from './parts.ts'

export const createPartitions = controllerHandler({
  api: 'createPartitions',
  versions: { first: 0, last: 3 },
  handle: (request, _context, { controller }) => controller.decide('createPartitions', request),
})

// ListPartitionReassignments (API 46), forwarded by a broker.

import { controllerHandler } from './parts.ts'

export const listPartitionReassignments = controllerHandler({
  api: 'listPartitionReassignments',
  versions: { first: 0, last: 0 },
  handle: (request, _context, { controller }) => controller.decide('listReassignments', request),
})

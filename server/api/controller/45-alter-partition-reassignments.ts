// AlterPartitionReassignments (API 45), forwarded by a broker.
//   v1 may forbid another replication factor

import { controllerHandler } from './parts.ts'

export const alterPartitionReassignments = controllerHandler({
  api: 'alterPartitionReassignments',
  versions: { first: 0, last: 1 },
  handle: (request, _context, { controller }) => controller.decide('alterReassignments', request),
})

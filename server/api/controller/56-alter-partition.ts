// AlterPartition (API 56): a leader changes the in-sync replicas of its partition.
//   v2 names topics by id · v3 tells the broker epoch of each replica (KIP-903)

import { controllerHandler } from './parts.ts'

export const alterPartition = controllerHandler({
  api: 'alterPartition',
  versions: { first: 2, last: 3 },
  handle: (request, _context, { controller }) => controller.decide('alterPartition', request),
})

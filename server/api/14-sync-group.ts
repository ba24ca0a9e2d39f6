// SyncGroup, versions 0–5.
//   v1 throttle time · v3 group instance id (KIP-345) · v4 flexible
//   v5 protocol type and name, checked when given (KIP-559)

import type { GroupParts } from '../groups/ports.ts'
import { handler } from './handler.ts'

export const syncGroup = handler<GroupParts>()({
  api: 'syncGroup',
  versions: { first: 0, last: 5 },
  handle: (request, context, { groups }) => groups.sync(request, context),
})

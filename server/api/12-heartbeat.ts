// Heartbeat, versions 0–4.
//   v1 throttle time · v3 group instance id (KIP-345) · v4 flexible

import type { GroupParts } from '../groups/ports.ts'
import { handler } from './handler.ts'

export const heartbeat = handler<GroupParts>()({
  api: 'heartbeat',
  versions: { first: 0, last: 4 },
  async handle(request, _context, { groups }) {
    return { errorCode: await groups.heartbeat(request) }
  },
})

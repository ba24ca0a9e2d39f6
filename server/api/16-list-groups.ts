// ListGroups, versions 0–5: the groups that this broker coordinates.
//   v1 throttle time · v3 flexible · v4 states and their filter (KIP-518)
//   v5 types and their filter (KIP-848)

import type { GroupParts } from '../groups/ports.ts'
import { handler } from './handler.ts'

export const listGroups = handler<GroupParts>()({
  api: 'listGroups',
  versions: { first: 0, last: 5 },
  async handle({ statesFilter, typesFilter }, _context, { groups }) {
    const outcome = await groups.list({ states: statesFilter, types: typesFilter })
    if (!('response' in outcome)) return { errorCode: outcome.code }
    return { groups: outcome.response }
  },
})

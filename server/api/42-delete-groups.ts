// DeleteGroups, versions 0–2: empty groups and all that they have committed.
//   v2 flexible

import type { GroupParts } from '../groups/ports.ts'
import { handler } from './handler.ts'

export const deleteGroups = handler<GroupParts>()({
  api: 'deleteGroups',
  versions: { first: 0, last: 2 },
  async handle({ groupsNames }, _context, { groups }) {
    return {
      results: await Promise.all(
        [...new Set(groupsNames)].map(async (groupId) => ({
          groupId,
          errorCode: await groups.delete(groupId),
        })),
      ),
    }
  },
})

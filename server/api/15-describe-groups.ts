// DescribeGroups, versions 0–6.
//   v1 throttle time · v3 authorized operations · v4 group instance id · v5 flexible
//   v6 GROUP_ID_NOT_FOUND with a message instead of a dead group (KIP-1043)
// Differs from Kafka: authorized operations are not given while there is no authorizer.

import type { GroupParts } from '../groups/ports.ts'
import { handler } from './handler.ts'

export const describeGroups = handler<GroupParts>()({
  api: 'describeGroups',
  versions: { first: 0, last: 6 },
  async handle(request, { apiVersion }, { groups }) {
    return {
      groups: await Promise.all(request.groups.map((id) => groups.describe(id, apiVersion))),
    }
  },
})

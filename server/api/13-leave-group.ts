// LeaveGroup, versions 0–5.
//   v1 throttle time · v3 several members, with group instance ids (KIP-345) · v4 flexible
//   v5 reason

import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'

const MANY_MEMBERS_VERSION = 3

export const leaveGroup = handler<GroupParts>()({
  api: 'leaveGroup',
  versions: { first: 0, last: 5 },
  async handle({ groupId, memberId, members }, { apiVersion }, { groups }) {
    if (apiVersion >= MANY_MEMBERS_VERSION) return groups.leave(groupId, members)
    const left = await groups.leave(groupId, [{ memberId, groupInstanceId: null, reason: null }])
    // One member alone: its error is that of the answer.
    return { errorCode: left.errorCode || (left.members?.[0]?.errorCode ?? ErrorCode.NONE) }
  },
})

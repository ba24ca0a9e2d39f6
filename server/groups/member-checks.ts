// Whether a request comes from a member of the group as it is now: the fences that keep a
// process that was thought dead from acting for a group that has moved on.

import { ErrorCode } from '../protocol/errors.ts'
import type { ClassicGroup } from './classic-group.ts'

export interface MemberClaim {
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** NONE, UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another process has the instance id. */
export function checkMember(group: ClassicGroup, claim: MemberClaim): number {
  if (claim.groupInstanceId !== null) {
    const holder = group.staticMembers.get(claim.groupInstanceId)
    if (holder === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    return holder === claim.memberId ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID
  }
  return group.members.has(claim.memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID
}

/** As checkMember, and ILLEGAL_GENERATION for a member of another generation. */
export function checkGeneration(
  group: ClassicGroup,
  claim: MemberClaim,
  generationId: number,
): number {
  const code = checkMember(group, claim)
  if (code !== ErrorCode.NONE) return code
  return generationId === group.generation ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION
}

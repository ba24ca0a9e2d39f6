import type { ClassicGroup } from './classic-group.ts'

/** What the log keeps of a group, to compare a live one with its replay. */
export function recordedPart(group: ClassicGroup) {
  return {
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    generation: group.generation,
    members: [...group.members.values()].map((member) => ({
      id: member.id,
      instanceId: member.instanceId,
      sessionTimeoutMs: member.sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      assignment: member.assignment.toString(),
    })),
  }
}

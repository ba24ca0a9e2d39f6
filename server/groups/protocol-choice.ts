// Which assignment protocol a group uses: one that all members have, by their votes.

import type { ClassicGroup, Member, MemberProtocol } from './classic-group.ts'

/** Names that every one of `members` has. */
function commonProtocols(members: Iterable<Member>): Set<string> {
  let common: Set<string> | undefined
  for (const { protocols } of members) {
    const names = protocols.map(({ name }) => name)
    const before = common
    common = new Set(before === undefined ? names : names.filter((name) => before.has(name)))
  }
  return common ?? new Set()
}

/** Each member votes for the first of its protocols that all have; most votes win, then the name. */
export function chooseProtocol(group: ClassicGroup): string | null {
  const candidates = commonProtocols(group.members.values())
  const votes = new Map<string, number>()
  for (const { protocols } of group.members.values()) {
    const vote = protocols.find(({ name }) => candidates.has(name))
    if (vote !== undefined) votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
  }
  let winner: string | null = null
  for (const [name, count] of votes) {
    const best = winner === null ? 0 : (votes.get(winner) ?? 0)
    if (winner === null || count > best || (count === best && name < winner)) winner = name
  }
  return winner
}

/** Whether someone with these protocols can be in the group together with those who are. */
export function supportsProtocols(
  group: ClassicGroup,
  protocolType: string,
  protocols: readonly { name: string }[],
): boolean {
  if (protocolType === '' || protocols.length === 0) return false
  if (group.members.size === 0) return true
  if (group.protocolType !== protocolType) return false
  const common = commonProtocols(group.members.values())
  return protocols.some(({ name }) => common.has(name))
}

/** The same names with the same bytes in the same order. */
export function sameProtocols(
  ours: readonly MemberProtocol[],
  theirs: readonly { name: string; metadata: Uint8Array }[],
): boolean {
  return (
    ours.length === theirs.length &&
    ours.every((protocol, i) => {
      const other = theirs[i]
      return (
        other !== undefined &&
        protocol.name === other.name &&
        protocol.metadata.equals(other.metadata)
      )
    })
  )
}

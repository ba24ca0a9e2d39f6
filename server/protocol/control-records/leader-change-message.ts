// LeaderChangeMessage, versions 0–1.
import { type DataOf, data, int16, int32, listOf, struct, uuid } from '../definition.ts'

const voter = struct({
  voterId: int32(),
  voterDirectoryId: uuid({ versions: '1+' }),
})

export const leaderChangeMessage = data(
  -1,
  '0-1',
  { flexible: '0+' },
  {
    version: int16(),
    leaderId: int32(),
    voters: listOf(voter),
    grantingVoters: listOf(voter),
  },
)
export type LeaderChangeMessage = DataOf<typeof leaderChangeMessage>

// VotersRecord, versions 0.
import {
  type DataOf,
  data,
  int16,
  int32,
  listOf,
  nested,
  string,
  struct,
  uint16,
  uuid,
} from '../definition.ts'

export const votersRecord = data(
  -1,
  '0',
  { flexible: '0+' },
  {
    version: int16(),
    voters: listOf(
      struct({
        voterId: int32(),
        voterDirectoryId: uuid(),
        endpoints: listOf(
          struct({
            name: string(),
            host: string(),
            port: uint16(),
          }),
        ),
        kRaftVersionFeature: nested(
          struct({
            minSupportedVersion: int16(),
            maxSupportedVersion: int16(),
          }),
        ),
      }),
    ),
  },
)
export type VotersRecord = DataOf<typeof votersRecord>

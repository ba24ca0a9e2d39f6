// AlterReplicaLogDirs (API 34), versions 1–2, flexible from 2.
import {
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const alterReplicaLogDirsRequest = request(
  34,
  '1-2',
  { flexible: '2+' },
  {
    dirs: listOf(
      struct({
        path: string(),
        topics: listOf(
          struct({
            name: string(),
            partitions: listOf(int32()),
          }),
        ),
      }),
    ),
  },
)
export type AlterReplicaLogDirsRequest = DataOf<typeof alterReplicaLogDirsRequest>

export const alterReplicaLogDirsResponse = response(
  34,
  '1-2',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        topicName: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
          }),
        ),
      }),
    ),
  },
)
export type AlterReplicaLogDirsResponse = DataOf<typeof alterReplicaLogDirsResponse>

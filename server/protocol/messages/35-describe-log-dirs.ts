// DescribeLogDirs (API 35), versions 1–5, flexible from 2.
//   v2 flexible · v3 error of the whole answer · v4 total and usable bytes (KIP-827) · v5 cordoned folders
import {
  boolean,
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const describeLogDirsRequest = request(
  35,
  '1-5',
  { flexible: '2+' },
  {
    topics: listOf(
      struct({
        topic: string(),
        partitions: listOf(int32()),
      }),
      { nullable: '0+' },
    ),
  },
)
export type DescribeLogDirsRequest = DataOf<typeof describeLogDirsRequest>

export const describeLogDirsResponse = response(
  35,
  '1-5',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '3+', ignorable: true }),
    results: listOf(
      struct({
        errorCode: int16(),
        logDir: string(),
        topics: listOf(
          struct({
            name: string(),
            partitions: listOf(
              struct({
                partitionIndex: int32(),
                partitionSize: int64(),
                offsetLag: int64(),
                isFutureKey: boolean(),
              }),
            ),
          }),
        ),
        totalBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
        usableBytes: int64({ versions: '4+', default: -1n, ignorable: true }),
        isCordoned: boolean({ versions: '5+', ignorable: true }),
      }),
    ),
  },
)
export type DescribeLogDirsResponse = DataOf<typeof describeLogDirsResponse>

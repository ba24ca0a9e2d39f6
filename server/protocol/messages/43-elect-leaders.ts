// ElectLeaders (API 43), versions 0–2, flexible from 2.
import {
  type DataOf,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const electLeadersRequest = request(
  43,
  '0-2',
  { flexible: '2+' },
  {
    electionType: int8({ versions: '1+' }),
    topicPartitions: listOf(
      struct({
        topic: string(),
        partitions: listOf(int32()),
      }),
      { nullable: '0+' },
    ),
    timeoutMs: int32({ default: 60000 }),
  },
)
export type ElectLeadersRequest = DataOf<typeof electLeadersRequest>

export const electLeadersResponse = response(
  43,
  '0-2',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '1+' }),
    replicaElectionResults: listOf(
      struct({
        topic: string(),
        partitionResult: listOf(
          struct({
            partitionId: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
  },
)
export type ElectLeadersResponse = DataOf<typeof electLeadersResponse>

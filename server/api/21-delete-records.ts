// DeleteRecords (API 21), versions 0–2: moves the log start of partitions. v2 flexible.
//
// Offset -1 is the high watermark. The answer waits for the followers that serve, and tells the
// smallest log start among all of them.

import { ErrorCode } from '../protocol/errors.ts'
import { type DeletionWait, whenAllDeleted } from '../replication/delayed-delete.ts'
import { handler } from './handler.ts'
import { isServing } from './partition-rows.ts'
import type { BrokerParts } from './parts.ts'
import { isInternalTopic } from './topic-names.ts'

interface PartitionAnswer {
  partitionIndex: number
  lowWatermark: bigint
  errorCode: number
}

function deleteFrom(
  topic: string,
  asked: { partitionIndex: number; offset: bigint },
  waits: DeletionWait[],
  parts: BrokerParts,
): PartitionAnswer {
  const { partitionIndex } = asked
  const refused = (errorCode: number) => ({ partitionIndex, lowWatermark: -1n, errorCode })
  if (isInternalTopic(topic)) return refused(ErrorCode.INVALID_TOPIC_EXCEPTION)
  const partition = parts.partitions.get(topic, partitionIndex)
  if (partition === undefined)
    return refused(parts.partitions.codeForMissing(topic, partitionIndex))
  const { code, offset } = partition.deleteRecordsBefore(asked.offset)
  if (code !== ErrorCode.NONE) return refused(code)
  const answer = refused(ErrorCode.NONE)
  waits.push({
    partition,
    offset,
    settle: (errorCode, lowWatermark) => Object.assign(answer, { errorCode, lowWatermark }),
  })
  return answer
}

export const deleteRecords = handler<BrokerParts>()({
  api: 'deleteRecords',
  versions: { first: 0, last: 2 },
  handle(request, context, parts) {
    const waits: DeletionWait[] = []
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => deleteFrom(name, asked, waits, parts)),
    }))
    const waiting = whenAllDeleted(
      waits,
      request.timeoutMs,
      parts.runtime.timers,
      (id) => isServing(parts.metadata, id),
      context.signal,
    )
    return waiting === undefined ? { topics } : waiting.then(() => ({ topics }))
  },
})

// Where a follower cuts its log when its leader says that they part (KIP-101, KIP-595).
//
// The leader names the largest epoch of its own at or below the follower's last one, and where
// that epoch ends. The follower may know an older epoch only, or end that epoch earlier; it then
// cuts there and asks again, so each round removes at least one epoch that the leader lacks.

import type { PartitionLog } from '../storage/types.ts'

export function truncationOffset(
  log: Pick<PartitionLog, 'endOffsetForEpoch' | 'logEndOffset'>,
  leaderEnd: { epoch: number; endOffset: bigint },
): bigint {
  const ownEnd = log.endOffsetForEpoch(leaderEnd.epoch)
  let offset = leaderEnd.endOffset
  if (ownEnd.epoch >= 0 && ownEnd.endOffset < offset) offset = ownEnd.endOffset
  if (log.logEndOffset < offset) offset = log.logEndOffset
  return offset
}

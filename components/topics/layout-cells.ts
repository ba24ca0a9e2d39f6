// What the layout picture shows of each partition on each broker, and how it reads it out.

import type { PartitionRow } from '../../lib/contracts/topics.ts'
import { plural } from '../../lib/format/count.ts'

export type CellState = 'leader' | 'in-sync' | 'out-of-sync' | 'offline' | 'none'

export function cellState(partition: PartitionRow, broker: number): CellState {
  if (!partition.replicas.includes(broker)) return 'none'
  if (partition.offlineReplicas.includes(broker)) return 'offline'
  if (partition.leader === broker) return 'leader'
  return partition.inSyncReplicas.includes(broker) ? 'in-sync' : 'out-of-sync'
}

export const cellText: Record<CellState, string> = {
  leader: 'Leader',
  'in-sync': 'Follower in sync',
  'out-of-sync': 'Follower out of sync',
  offline: 'Offline',
  none: 'No replica',
}

/** Brokers in the metadata, and those that only a partition still names. */
export function layoutBrokers(
  brokers: readonly { id: number; rack: string | null }[],
  partitions: readonly PartitionRow[],
): { id: number; rack: string | null; gone: boolean }[] {
  const known = new Set(brokers.map((broker) => broker.id))
  const gone = new Set<number>()
  for (const partition of partitions) {
    for (const id of partition.replicas) if (!known.has(id)) gone.add(id)
  }
  return [
    ...brokers.map((broker) => ({ ...broker, gone: false })),
    ...[...gone].map((id) => ({ id, rack: null, gone: true })),
  ].sort((a, b) => a.id - b.id)
}

/** The picture in words, for those who do not see it. */
export function describeLayout(
  brokers: readonly { id: number }[],
  partitions: readonly PartitionRow[],
): string {
  const each = brokers.map(({ id }) => {
    const states = partitions.map((partition) => cellState(partition, id))
    const count = (state: CellState) => states.filter((every) => every === state).length
    const parts = [
      `leads ${count('leader')}`,
      `follows ${count('in-sync')} in sync`,
      ...(count('out-of-sync') > 0 ? [`${count('out-of-sync')} out of sync`] : []),
      ...(count('offline') > 0 ? [`${count('offline')} offline`] : []),
    ]
    return `Broker ${id} ${parts.join(', ')}.`
  })
  return `${plural(partitions.length, 'partition')} on ${plural(brokers.length, 'broker')}. ${each.join(' ')}`
}

// State equals the replay of its log, from its beginning and from every snapshot that is kept
// (META-7): the controller's image and every broker's that has caught up (META-5), and the groups
// of every partition that is led (GROUP-1).

import { isDeepStrictEqual } from 'node:util'
import type { Broker } from '../../broker.ts'
import type { Controller } from '../../controller/controller.ts'
import type { StartedController } from '../../controller.ts'
import { createGroupsMachine, type GroupsState } from '../../groups/groups-machine.ts'
import { recordedPart } from '../../groups/recorded-part.ts'
import { MetadataImage, sameImage } from '../../metadata/image.ts'
import { readMetadataEntries } from '../../metadata/metadata-batches.ts'
import { PartitionStateLog } from '../../replication/state-log.ts'
import { silentLogger } from '../../runtime/logger.ts'

const READ_BYTES = 1024 * 1024
const OFFSETS_TOPIC = '__consumer_offsets'

export function checkImages(
  { controller, clusterId }: StartedController,
  brokers: readonly Broker[],
): string[] {
  const problems: string[] = []
  const { snapshots } = controller
  const begins = snapshots.all().map(({ id }) => {
    const image = new MetadataImage(clusterId)
    image.replayUpTo(id.endOffset - 1n, snapshots.read(id).records)
    return image
  })
  if (controller.startOffset === 0n) begins.push(new MetadataImage(clusterId))
  if (begins.length === 0) problems.push('nothing is kept of what the metadata log let go of')
  for (const image of begins) {
    const from = image.offset + 1n
    if (from < controller.startOffset) {
      problems.push(`the metadata log does not go on from its snapshot at ${from}`)
      continue
    }
    replayRest(image, controller)
    if (!sameImage(controller.image, image)) {
      problems.push(`the image of the controller is not the replay from ${from}`)
    }
  }
  for (const { brokerId, parts } of brokers) {
    const image = parts.metadata
    if (!(image instanceof MetadataImage) || image.offset !== controller.image.offset) continue
    if (!sameImage(controller.image, image)) {
      problems.push(`the image of broker ${brokerId} is not that of the controller`)
    }
  }
  return problems
}

function replayRest(image: MetadataImage, controller: Controller): void {
  while (image.offset + 1n < controller.committedOffset) {
    const from = image.offset + 1n
    const { entries, lastOffset } = readMetadataEntries(controller.read(from, READ_BYTES), from)
    image.replay(entries)
    image.advanceTo(lastOffset)
  }
}

/**
 * No group is in the middle of a rebalance, whose course is not recorded: a coordinator that takes
 * over then has its members join again.
 */
export function groupsRest(brokers: readonly Broker[]): boolean {
  return groupStates(brokers).every((state) => state === 'Empty' || state === 'Stable')
}

/** Every member of every group has gone, by itself or because its session ended. */
export function groupsAreEmpty(brokers: readonly Broker[]): boolean {
  return groupStates(brokers).every((state) => state === 'Empty')
}

function groupStates(brokers: readonly Broker[]) {
  return brokers.flatMap(({ parts }) =>
    [...parts.partitions.all()].flatMap((partition) => {
      if (partition.topic !== OFFSETS_TOPIC || !partition.isLeader) return []
      const loaded = parts.groups.stateOf(partition.partition)
      if (loaded === undefined) return ['not loaded' as const]
      return [...loaded.groups.values()].map(({ state }) => state)
    }),
  )
}

/**
 * Of groups that rest. Resolves when the logs have been read, which takes turns of the world's
 * events.
 */
export async function checkGroups(brokers: readonly Broker[]): Promise<string[]> {
  const problems: string[] = []
  const machine = createGroupsMachine(silentLogger)
  for (const { brokerId, parts } of brokers) {
    for (const partition of parts.partitions.all()) {
      if (partition.topic !== OFFSETS_TOPIC || !partition.isLeader) continue
      const live = parts.groups.stateOf(partition.partition)
      if (live === undefined) {
        problems.push(`broker ${brokerId} has not loaded the groups of ${partition.partition}`)
        continue
      }
      const replayed = machine.create()
      const log = new PartitionStateLog(partition, parts.runtime, 1000)
      for await (const run of log.read()) for (const entry of run) machine.replay(replayed, entry)
      if (!isDeepStrictEqual(kept(live), kept(replayed))) {
        problems.push(`groups of ${partition.partition} on broker ${brokerId} are not their replay`)
      }
    }
  }
  return problems
}

/** What the log keeps of a state: groups that only wait for their first members are not in it. */
function kept(state: GroupsState) {
  const groups = [...state.groups].map(([id, group]) => [id, recordedPart(group)] as const)
  return {
    groups: new Map(groups.filter(([, group]) => group.generation > 0)),
    offsets: state.offsets,
  }
}

// Names of the files of a log directory and of its partitions' folders: Kafka's own, so that
// its tools read ours.

export const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'
export const RECOVERY_POINTS = 'recovery-point-offset-checkpoint'
export const HIGH_WATERMARKS = 'replication-offset-checkpoint'
export const LOG_START_OFFSETS = 'log-start-offset-checkpoint'
export const COMPACTED_TO = 'cleaner-offset-checkpoint'
export const LEADER_EPOCHS = 'leader-epoch-checkpoint'
/** Ours: what a stop in order writes down about all logs. */
export const LOG_SUMMARIES = 'log-summaries'
export const PARTITION_METADATA = 'partition.metadata'

export type SegmentFileKind = '.log' | '.index' | '.timeindex' | '.snapshot'
const KINDS: readonly SegmentFileKind[] = ['.log', '.index', '.timeindex', '.snapshot']

export function segmentFileName(baseOffset: bigint, kind: SegmentFileKind): string {
  return baseOffset.toString().padStart(20, '0') + kind
}

/** The largest offset that Kafka's int64 holds. */
export const OFFSET_MAX = 2n ** 63n - 1n

/** Undefined for what is not a file of a segment. */
export function parseSegmentFileName(
  name: string,
): { baseOffset: bigint; kind: SegmentFileKind } | undefined {
  const dot = name.indexOf('.')
  const kind = KINDS.find((known) => known === name.slice(dot))
  if (dot !== 20 || kind === undefined || !/^\d{20}$/.test(name.slice(0, dot))) return undefined
  const baseOffset = BigInt(name.slice(0, dot))
  return baseOffset > OFFSET_MAX ? undefined : { baseOffset, kind }
}

/** What is written to replace a segment, not whole yet; counts for nothing. */
export const CLEANED_SUFFIX = '.cleaned'
/** A whole segment that takes the place of those whose offsets it covers. */
export const SWAP_SUFFIX = '.swap'
/** Files on their way out. */
export const DELETED_SUFFIX = '.deleted'

export function partitionFolderName(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** Undefined for folders that are not a partition's, those of deleted ones among them. */
export function parsePartitionFolderName(
  name: string,
): { topic: string; partition: number } | undefined {
  const match = /^([a-zA-Z0-9._-]+)-(0|[1-9]\d{0,9})$/.exec(name)
  if (match === null) return undefined
  return { topic: match[1] as string, partition: Number(match[2]) }
}

const DELETED_FOLDER_SUFFIX = '-delete'
const FOLDER_NAME_CHARACTERS_MAX = 255

/** Where a partition's folder is moved before its files are removed. `unique`: 32 characters. */
export function deletedFolderName(topic: string, partition: number, unique: string): string {
  const suffix = `-${partition}.${unique}${DELETED_FOLDER_SUFFIX}`
  return topic.slice(0, FOLDER_NAME_CHARACTERS_MAX - suffix.length) + suffix
}

export function isDeletedFolderName(name: string): boolean {
  return /\.[0-9a-f]{32}-delete$/.test(name)
}

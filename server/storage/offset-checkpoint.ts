// The checkpoint files of a log directory: one offset per partition.
//
//   0                          version
//   <number of entries>
//   <topic> <partition> <offset>
//
// A file that cannot be read counts as absent: each of these offsets may be behind, and an
// absent one is as far behind as can be.

import { OFFSET_MAX, partitionFolderName } from './file-names.ts'

const VERSION = '0'

export interface PartitionOffset {
  topic: string
  partition: number
  offset: bigint
}

export function serializeOffsets(offsets: readonly PartitionOffset[]): Buffer {
  const lines = offsets.map((entry) => `${entry.topic} ${entry.partition} ${entry.offset}\n`)
  return Buffer.from(`${VERSION}\n${lines.length}\n${lines.join('')}`)
}

/** Offsets by `topic-partition`; undefined when the content is not such a file. */
export function parseOffsets(content: Buffer): Map<string, bigint> | undefined {
  const [version, count, ...lines] = content.toString('utf8').split('\n')
  if (version !== VERSION || Number(count) !== lines.length - 1) return undefined
  const offsets = new Map<string, bigint>()
  for (const line of lines.slice(0, -1)) {
    const match = /^([a-zA-Z0-9._-]+) (\d{1,10}) (\d{1,19})$/.exec(line)
    const offset = BigInt(match?.[3] ?? -1)
    if (match === null || offset > OFFSET_MAX) return undefined
    offsets.set(partitionFolderName(match[1] as string, Number(match[2])), offset)
  }
  return offsets
}

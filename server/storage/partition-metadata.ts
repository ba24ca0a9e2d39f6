// The file `partition.metadata`: which topic a partition's folder belongs to.
//
//   version: 0
//   topic_id: <22 characters>

export function serializePartitionMetadata(topicId: string): Buffer {
  return Buffer.from(`version: 0\ntopic_id: ${topicId}`)
}

/** The topic id; undefined when the content is not such a file. */
export function parsePartitionMetadata(content: Buffer): string | undefined {
  const match = /^version: 0\ntopic_id: ([A-Za-z0-9_-]{22})\s*$/.exec(content.toString('utf8'))
  return match?.[1]
}

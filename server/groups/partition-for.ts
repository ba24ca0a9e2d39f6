// Which partition of __consumer_offsets a group belongs to: Java's String.hashCode, as Kafka.

export function partitionForGroup(groupId: string, partitionCount: number): number {
  let hash = 0
  for (let i = 0; i < groupId.length; i++) hash = (Math.imul(hash, 31) + groupId.charCodeAt(i)) | 0
  // Kafka's Utils.abs: the sign bit of the one number without a positive counterpart gives 0.
  const positive = hash === -2147483648 ? 0 : Math.abs(hash)
  return positive % partitionCount
}

// The settings of the group coordinator, with Kafka's names in the comments and its defaults.

export interface GroupConfig {
  /** group.min.session.timeout.ms */
  sessionTimeoutMsMin: number
  /** group.max.session.timeout.ms */
  sessionTimeoutMsMax: number
  /** group.initial.rebalance.delay.ms */
  initialRebalanceDelayMs: number
  /** group.max.size */
  groupSizeMax: number
  /** offset.metadata.max.bytes, which Kafka compares with the number of characters. */
  offsetMetadataLengthMax: number
  /** How long a new member may wait in its first JoinGroup; a constant in Kafka. */
  newMemberJoinTimeoutMs: number
  /** max.message.bytes of __consumer_offsets. */
  appendBytesMax: number
  /** Requests to one partition of __consumer_offsets that are not answered yet; waiting joins do not count. */
  commandsMax: number
}

export const defaultGroupConfig: GroupConfig = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  initialRebalanceDelayMs: 3_000,
  groupSizeMax: 2_147_483_647,
  offsetMetadataLengthMax: 4_096,
  newMemberJoinTimeoutMs: 300_000,
  appendBytesMax: 1_048_588,
  commandsMax: 20_000,
}

// What a replicated state machine needs of the log that keeps it: one partition of an internal
// topic, appended to and waited for, and read back from its start. Wired in broker.ts to the
// partition that this broker leads; the simulation and the unit tests have their own.

export interface StateRecord {
  key: Buffer
  /** Null deletes the key when the topic is compacted. */
  value: Buffer | null
}

export interface StateLog {
  /**
   * Appends the records in order as one batch and resolves when they are committed (the high
   * watermark has passed them) with code 0, or with Kafka's error code when they are not:
   * NOT_LEADER_OR_FOLLOWER, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT, MESSAGE_TOO_LARGE, ….
   * The batch takes its place in the log before the call returns (several may be under way, and
   * they stand in the order of the calls). After a code other than 0 it may be in the log or not.
   */
  append(records: readonly StateRecord[]): Promise<{ code: number; lastOffset: bigint }>
  /**
   * Every record from the start of the log to the end that it has when the call is made, in
   * order, in runs of bounded size. Ends only when the high watermark has passed that end: a new
   * leader may hold records that are about to be committed, and so may one whose append timed
   * out. Throws when this broker does not lead, or no longer.
   */
  read(): AsyncIterable<readonly (StateRecord & { offset: bigint; timestamp: bigint })[]>
}

// What the controller needs of the log that keeps its decisions. server/controller.ts gives it
// an ordinary partition log; tests may give it one in memory.

export interface MetadataLog {
  /** Offset of the first record that is still here. */
  readonly startOffset: bigint
  /** Offset that the next record gets. */
  readonly endOffset: bigint
  readonly sizeBytes: number
  /** Epoch of the last batch; -1 when empty. */
  readonly latestEpoch: number
  /** Appends one batch and answers its first offset. Throws when it cannot be written. */
  append(batch: Buffer, epoch: number): bigint
  /** Whole batches from the one that holds `from` on, below `upTo`; the first in any case. */
  read(from: bigint, upTo: bigint, bytesMax: number): Buffer
  /** Resolves when everything appended before the call is on the device. */
  flush(): Promise<void>
  /** Lets go of what is before `offset`; resolves when as much of it is gone as can be. */
  trimTo(offset: bigint): Promise<void>
  /** Empties the log; the next record gets `offset`. */
  restartAt(offset: bigint): void
  close(): Promise<void>
}

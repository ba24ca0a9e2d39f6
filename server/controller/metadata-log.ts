// What the controller needs of the log that keeps its decisions. server/controller.ts gives it
// an ordinary partition log; tests may give it one in memory.

export interface MetadataLog {
  /** Offset that the next record gets. */
  readonly endOffset: bigint
  /** Epoch of the last batch; -1 when empty. */
  readonly latestEpoch: number
  /** Appends one batch and answers its first offset. Throws when it cannot be written. */
  append(batch: Buffer, epoch: number): bigint
  /** Whole batches from the one that holds `from` on, below `upTo`; the first in any case. */
  read(from: bigint, upTo: bigint, bytesMax: number): Buffer
  /** Resolves when everything appended before the call is on the device. */
  flush(): Promise<void>
  close(): Promise<void>
}

// What each real client can do for the tests. A client is a program or library that nobody here
// wrote, used through its own interface.

import type { ReadRecord, SentRecord } from '../workload.ts'

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** One member of a consumer group, reading from the earliest offset where none is committed. */
export interface Member {
  /** Values read so far, in order of arrival. */
  readonly values: string[]
  /** Leaves the group in order, committing what was read. */
  stop(): Promise<void>
}

export interface Client {
  name: string
  codecs: readonly Codec[]
  /** Whether it can give each record headers of its own, or only the same to all. */
  headers: 'own' | 'shared'
  /** Why it cannot be used here; undefined when it can. Installs it when that is possible. */
  absence(): Promise<string | undefined>
  /** Sends the records in order and waits until all are acknowledged by all replicas. */
  produce(
    bootstrap: string,
    topic: string,
    records: readonly SentRecord[],
    options: { codec: Codec; idempotent: boolean },
  ): Promise<void>
  /** Reads the topic from its beginning to its end, `count` records, partition by partition in order. */
  consume(bootstrap: string, topic: string, count: number): Promise<ReadRecord[]>
  join(bootstrap: string, group: string, topic: string): Promise<Member>
}

// The port through which pages are read: runs of records from several partitions of one topic.
// kafka-source.ts implements it with a cluster; tests with a list.

export interface SourceRecord {
  partition: number
  offset: bigint
  timestamp: bigint
  /** Of key and value. */
  bytes: number
}

export interface RunQuestion {
  partition: number
  /** Records from here on … */
  from: bigint
  /** … and below this. */
  to: bigint
  /** Records from here up to `from` are welcome when they come in the same batch. */
  low: bigint
  /** About how much to read; at least one batch comes, however large. */
  bytesMax: number
}

export interface Run<R extends SourceRecord> {
  /** In offset order, each within `low` and `to` of the question. */
  records: R[]
  /** At most the question's `from`: everything from here on has been looked at. */
  from: bigint
  /** Above `from`: everything below has been looked at. May lie beyond `to`. */
  next: bigint
}

export interface LogSource<R extends SourceRecord> {
  /** Answers in the order of the questions. */
  read(questions: readonly RunQuestion[]): Promise<Run<R>[]>
}

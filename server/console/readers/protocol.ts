// What the main thread and a reader thread say to each other. Plain data; documents are JSON
// text already, so that the main thread only passes them on.

import type { MessagesQuery } from '../../../lib/contracts/messages.ts'
import type { Refusal } from '../problem.ts'
import type { SchemaChoice, TypedPayload } from '../produce/writers.ts'
import type { ConfiguredProtobuf } from '../protobuf/configured.ts'
import type { TopicChoices } from '../schemas/decoding.ts'
import type { RegistryAddress } from '../schemas/registry-address.ts'
import type { ScanJob, ScanPortion } from '../search/scan-job.ts'

export type ReaderJob = { bootstrap: readonly string[]; decoding?: DecodingJob } & (
  | { kind: 'page'; topic: string; query: MessagesQuery }
  | { kind: 'record'; topic: string; partition: number; offset: bigint; whole: boolean }
  | { kind: 'bytes'; topic: string; partition: number; offset: bigint; part: 'key' | 'value' }
  | { kind: 'tail'; topic: string; partitions: string | undefined; rate: number }
  | { kind: 'fields'; topic: string }
  | { kind: 'infer'; topic: string }
  | { kind: 'skeleton'; choice: SchemaChoice }
  /** Writes texts by the schemas of the cluster's registry. */
  | { kind: 'write'; payloads: readonly TypedPayload[] }
  /** Which messages the configured .proto files have. */
  | { kind: 'messages' }
  | { kind: 'scan'; scan: ScanJob }
  /** Which schemas a file of these topics has for its columns. */
  | { kind: 'table'; topics: readonly string[] }
  /** Makes a Parquet file of the rows that are put in; each input is answered by a portion. */
  | { kind: 'parquet'; schema: string }
  /** Opens connections, so that the first real job need not. */
  | { kind: 'warm' }
  /** Fails when the script of a condition cannot be run. */
  | { kind: 'checkScript'; source: string }
)

/** Rows of a table that follow each other. */
export interface Rows {
  count: number
  bytes: Uint8Array
}

/** With what the payloads of a cluster are decoded. */
export interface DecodingJob {
  registry: RegistryAddress | null
  /** By topic, what a person fixed. */
  choices: Readonly<Record<string, TopicChoices>>
  /** What the configuration says of Protobuf messages. */
  protobuf?: ConfiguredProtobuf
}

export type ToReader =
  | { type: 'start'; id: number; job: ReaderJob }
  | { type: 'cancel'; id: number }
  | { type: 'pause'; id: number; paused: boolean }
  /** For a job that takes rows; null when there are no more. */
  | { type: 'input'; id: number; rows: Rows | null }
  /** One portion has been passed on; another may come. */
  | { type: 'taken'; id: number }

export type Portion =
  | { documents: string[] }
  | { bytes: Uint8Array<ArrayBuffer> }
  | { scan: ScanPortion }

export type FromReader =
  | { type: 'portion'; id: number; portion: Portion }
  | { type: 'end'; id: number }
  | { type: 'failed'; id: number; refusal: Refusal; unforeseen: string | undefined }

/** Portions that a reader may be ahead of whoever takes them. */
export const PORTIONS_AHEAD_MAX = 4

// What the main thread and a search thread say to each other about one search: plain data.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { FileOutput } from '../transfer/record-writers.ts'

/** Newest first goes down, oldest first up. */
export type ScanDirection = 'up' | 'down'

/** One partition's part of a search, in offsets: [from, to). */
export interface ScanPlace {
  /** Its place among all partitions of the search, by topic, then partition. */
  rank: number
  topic: string
  /** Of the topic as it was when the search began; null where the brokers have no ids. */
  topicId: string | null
  partition: number
  from: bigint
  to: bigint
}

/** What becomes of a match: `row` is a line of the search's stream, the others go to a file. */
export type ScanOutput = { kind: 'row' } | FileOutput

export interface ScanJob {
  places: readonly ScanPlace[]
  direction: ScanDirection
  /** As lib/query reads it. */
  match: string
  /** Records before this time are no match. */
  timestampMin: bigint | undefined
  /** More matches than this are not wanted. */
  limit: number
  /** Go on with what arrives when everything is covered. */
  follow: boolean
  /** Of what arrives, at most so many matches a second are handed over; undefined: all. */
  rate: number | undefined
  output: ScanOutput
  /** A page without a condition: short, and somebody waits for it. */
  isQuick: boolean
}

/** Where a record stands in the order of a search: smaller comes first. */
export interface ScanOrder {
  /** Milliseconds since 1970; negative of them when newest comes first. */
  time: number
  rank: number
}

export interface ScannedMatch extends ScanOrder {
  offset: bigint
  document: string | Uint8Array<ArrayBuffer>
}

/** How far a partition has come. */
export interface ScanCoverage {
  rank: number
  /** Everything before it, in the direction of the search, has been examined. */
  position: bigint
  /** Every match before it has been handed over. */
  edge: bigint
  problem: Problem | undefined
  isDone: boolean
}

/** Of what arrived: records, those examined, matches, and matches handed over. */
export interface ArrivalCounts {
  arrived: number
  examined: number
  matched: number
  shown: number
}

export interface ScanPortion {
  /** In the order of the search. */
  matches: ScannedMatch[]
  /** No later match comes before this; undefined when none comes any more. */
  frontier: ScanOrder | undefined
  coverage: ScanCoverage[]
  /** Since the last portion. */
  records: number
  bytes: number
  /** Things that went wrong without ending the search. */
  problems: Problem[]
  /** Since the last portion, of what arrived while following. */
  arrivals: ArrivalCounts
  /** The search goes on with what arrives; order and frontier mean nothing any more. */
  isFollowing: boolean
  /** The system's number of the thread, in its first portion. */
  thread?: number
}

export function comesFirst(a: ScanOrder, b: ScanOrder): boolean {
  return a.time === b.time ? a.rank < b.rank : a.time < b.time
}

export function noArrivals(): ArrivalCounts {
  return { arrived: 0, examined: 0, matched: 0, shown: 0 }
}

// One fetch session (KIP-227): the partitions that a client or a follower fetches again and again,
// kept by the leader, so that a request names only what has changed and an answer holds only what
// is new.
//
// A partition of the session is *due* when reading it may answer something. It becomes so when the
// request names it or when the partition tells that something has moved, and stays so until
// nothing is left to tell; so a fetch costs what has moved, however many partitions there are.

import { ErrorCode } from '../protocol/errors.ts'
import type { FetchRow } from './delayed-fetch.ts'
import type { Partition } from './partition.ts'
import type { PartitionEvent, PartitionWatcher } from './partition-watchers.ts'
import {
  hasNewRecords,
  type PartitionRead,
  type PartitionToRead,
  type Reader,
} from './read-partition.ts'
import type { ReadSet } from './read-set.ts'

/** What a request says about one partition. */
export type AskedPartition = Omit<PartitionToRead, 'partition' | 'code'>

export interface PartitionName {
  /** '' when only the id was told and is not known. */
  topic: string
  topicId: string
  index: number
}

/** Finds a partition on this broker; `code` says why there is none. */
export type LocatePartition = (name: PartitionName) => {
  partition: Partition | undefined
  code: number
}

export class FetchSession implements ReadSet {
  readonly id: number
  readonly isReplica: boolean
  readonly usesTopicIds: boolean
  readonly createdAtMs: number
  usedAtMs: number
  /** That the next request must carry. */
  epoch = 1
  private readonly partitions = new Map<string, SessionPartition>()
  private readonly duePartitions = new Set<SessionPartition>()
  private reader: Reader = { replica: undefined, readsFromFollowers: false }
  private identity = ''
  private tell: ((asked: PartitionToRead, event: PartitionEvent) => void) | undefined
  private finishWait: (() => void) | undefined

  constructor(id: number, isReplica: boolean, usesTopicIds: boolean, nowMs: number) {
    this.id = id
    this.isReplica = isReplica
    this.usesTopicIds = usesTopicIds
    this.createdAtMs = nowMs
    this.usedAtMs = nowMs
  }

  get size(): number {
    return this.partitions.size
  }

  private keyOf({ topic, topicId, index }: PartitionName): string {
    return `${this.usesTopicIds ? topicId : topic}/${index}`
  }

  /** Takes what a request says: partitions that are new or asked for differently, and those to forget. */
  update(asked: readonly AskedPartition[], forgotten: readonly PartitionName[]): void {
    for (const row of asked) {
      const key = this.keyOf(row)
      let entry = this.partitions.get(key)
      if (entry === undefined) {
        entry = new SessionPartition(row, this)
        this.partitions.set(key, entry)
      } else {
        entry.ask(row)
      }
      this.makeDue(entry)
    }
    for (const name of forgotten) {
      const key = this.keyOf(name)
      const entry = this.partitions.get(key)
      if (entry === undefined) continue
      this.partitions.delete(key)
      this.duePartitions.delete(entry)
      entry.moveTo(undefined, ErrorCode.NONE)
    }
  }

  /**
   * A request has come at `nowMs`. `identity` is what decides, beside what is asked, what is
   * answered; when it changes, every partition is looked at again.
   */
  begin(nowMs: number, reader: Reader, identity: string, locate: LocatePartition): void {
    this.reader = reader
    if (this.identity !== identity) {
      this.identity = identity
      for (const entry of this.partitions.values()) this.makeDue(entry)
    }
    this.usedAtMs = nowMs
    for (const entry of this.duePartitions) {
      const { partition, code } = locate(entry)
      entry.moveTo(partition, code)
    }
  }

  due(): SessionPartition[] {
    return [...this.duePartitions]
  }

  isNews(asked: PartitionToRead, read: PartitionRead): boolean {
    return (asked as SessionPartition).isNews(read)
  }

  private makeDue(entry: SessionPartition): void {
    if (entry.isDue) return
    entry.isDue = true
    this.duePartitions.add(entry)
  }

  partitionMoved(entry: SessionPartition, event: PartitionEvent): void {
    // What consumers may read moves with the watermark.
    if ((event === 'appended' || event === 'follower') && !this.isReplica) return
    if (!entry.isDue) {
      // Until now the follower has had everything, at each fetch that did not name the partition.
      const { replica } = this.reader
      if (event === 'appended' && replica !== undefined) {
        entry.partition?.noteIdleFollower(replica.brokerId, this.usedAtMs)
      }
      this.makeDue(entry)
    }
    this.tell?.(entry, event)
  }

  watch(moved: (asked: PartitionToRead, event: PartitionEvent) => void, finish: () => void): void {
    this.tell = moved
    this.finishWait = finish
  }

  unwatch(): void {
    this.tell = undefined
    this.finishWait = undefined
  }

  /** Answers the request that waits, if one does: another has come, or the session ends. */
  interrupt(): void {
    this.finishWait?.()
  }

  /** What of the rows is to be answered: all to a full request, otherwise those with news. */
  settle(rows: readonly FetchRow[], isFull: boolean): FetchRow[] {
    return rows.filter(({ asked, read }) => {
      const entry = asked as SessionPartition
      const isNews = entry.noteAnswer(read)
      if (read.records.length > 0) {
        // Behind those that have not had their share of the answer's bytes.
        if (this.duePartitions.delete(entry)) this.duePartitions.add(entry)
      } else if (!this.staysDue(entry, read)) {
        entry.isDue = false
        this.duePartitions.delete(entry)
      }
      return isFull || isNews
    })
  }

  private staysDue(entry: SessionPartition, read: PartitionRead): boolean {
    const { partition } = entry
    if (read.code !== ErrorCode.NONE || read.divergingEpoch !== undefined) return true
    if (partition === undefined || hasNewRecords(entry, this.reader)) return true
    // A consumer that is sent elsewhere is told so for as long as it asks here.
    if (read.preferredReadReplica >= 0) return true
    // A follower outside the in-sync set is looked at until it may be let in.
    const { replica } = this.reader
    if (replica !== undefined && !partition.isInSync(replica.brokerId)) return true
    // While this request waited, one that came late put the follower back.
    if (replica !== undefined && !partition.isFollowerAt(replica.brokerId, entry.fetchOffset)) {
      return true
    }
    return entry.hasMovedSince(read)
  }

  /** Lets go of all partitions. */
  close(): void {
    this.interrupt()
    for (const entry of this.partitions.values()) entry.moveTo(undefined, ErrorCode.NONE)
    this.partitions.clear()
    this.duePartitions.clear()
  }
}

class SessionPartition implements PartitionToRead, PartitionWatcher {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  partition: Partition | undefined
  code: number = ErrorCode.NONE
  currentLeaderEpoch = -1
  fetchOffset = 0n
  lastFetchedEpoch = -1
  bytesMax = 0
  logStartOffset = -1n
  isDue = false
  private readonly session: FetchSession
  // As last answered; -1n is nothing yet, or an error since.
  private toldHighWatermark = -1n
  private toldLastStableOffset = -1n
  private toldLogStartOffset = -1n

  constructor(asked: AskedPartition, session: FetchSession) {
    this.topic = asked.topic
    this.topicId = asked.topicId
    this.index = asked.index
    this.session = session
    this.ask(asked)
  }

  ask(asked: AskedPartition): void {
    this.currentLeaderEpoch = asked.currentLeaderEpoch
    this.fetchOffset = asked.fetchOffset
    this.lastFetchedEpoch = asked.lastFetchedEpoch
    this.bytesMax = asked.bytesMax
    this.logStartOffset = asked.logStartOffset
  }

  moveTo(partition: Partition | undefined, code: number): void {
    this.code = code
    if (this.partition === partition) return
    this.partition?.watchers.remove(this)
    this.partition = partition
    partition?.watchers.add(this)
  }

  moved(event: PartitionEvent): void {
    this.session.partitionMoved(this, event)
  }

  /** Whether the answer tells anything that was not told before. */
  isNews(read: PartitionRead): boolean {
    return (
      read.code !== ErrorCode.NONE ||
      read.divergingEpoch !== undefined ||
      read.preferredReadReplica >= 0 ||
      read.records.length > 0 ||
      read.highWatermark !== this.toldHighWatermark ||
      read.lastStableOffset !== this.toldLastStableOffset ||
      read.logStartOffset !== this.toldLogStartOffset
    )
  }

  /** The answer is given; whether it is news. */
  noteAnswer(read: PartitionRead): boolean {
    const isNews = this.isNews(read)
    const isPlain = read.code === ErrorCode.NONE && read.divergingEpoch === undefined
    // After an error all is told anew.
    this.toldHighWatermark = isPlain ? read.highWatermark : -1n
    this.toldLastStableOffset = read.lastStableOffset
    this.toldLogStartOffset = read.logStartOffset
    return isNews
  }

  hasMovedSince(read: PartitionRead): boolean {
    return (
      this.partition?.highWatermark !== read.highWatermark ||
      this.partition.lastStableOffset !== read.lastStableOffset ||
      this.partition.log.logStartOffset !== read.logStartOffset
    )
  }
}

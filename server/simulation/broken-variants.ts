// The engine with one rule taken out, to test the simulation itself: each must be caught. The
// rule is taken out from here, by replacing a method for the time of a run; the product has no
// switch for it.

import { decisions } from '../controller/decisions.ts'
import { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { FollowerSession } from '../replication/follower-session.ts'
import { LeaderState } from '../replication/leader-state.ts'
import { Partition } from '../replication/partition.ts'
import { ReplicationThrottle } from '../replication/replication-throttle.ts'
import { PartitionStateLog } from '../replication/state-log.ts'
import { Log } from '../storage/log.ts'
import { OffsetMap } from '../storage/offset-map.ts'
import { SegmentRow } from '../storage/segment-row.ts'
import type { RunOptions } from './plan.ts'

export interface BrokenVariant {
  readonly name: string
  /** Of runs in which the missing rule matters. */
  readonly run: Omit<RunOptions, 'seed'>
  /** What is said by the checker that is there for it; any will do when left out. */
  readonly told?: RegExp
  /** Takes the rule out; the answer puts it back. */
  breakIt(): () => void
}

function replaceMethod<T extends object, K extends keyof T & string>(
  owner: T,
  name: K,
  broken: T[K],
) {
  return wrapMethod(owner, name, () => broken)
}

function wrapMethod<T extends object, K extends keyof T & string>(
  owner: T,
  name: K,
  wrap: (before: T[K]) => T[K],
) {
  const before = owner[name]
  owner[name] = wrap(before)
  return () => {
    owner[name] = before
  }
}

type Decisions = typeof decisions

function replaceDecision<N extends keyof Decisions>(
  name: N,
  broken: (before: Decisions[N]) => Decisions[N],
) {
  const writable: { -readonly [K in N]: Decisions[K] } = decisions
  const before = writable[name]
  writable[name] = broken(before)
  return () => {
    writable[name] = before
  }
}

type PartitionChange = Extract<MetadataRecord, { type: 'PartitionChange' }>['data']

function changingPartitions(
  records: readonly MetadataRecord[],
  change: (data: PartitionChange) => PartitionChange,
): MetadataRecord[] {
  return records.map((record) =>
    record.type === 'PartitionChange' ? { ...record, data: change(record.data) } : record,
  )
}

const THREE = {
  brokers: 3,
  partitions: 2,
  replicationFactor: 3,
  minInSyncReplicas: 2,
  members: 0,
  deleteRetentionMs: undefined,
  retentionBytes: undefined,
  throttleEveryMs: 0,
  rackReaders: 0,
  isBusy: false,
  faultEveryMs: 600,
} as const

/** A snapshot for nearly every record, and no more than the newest ones kept. */
const SNAPSHOTS_ALL_THE_TIME = {
  'metadata.log.max.record.bytes.between.snapshots': '200',
  'metadata.max.retention.bytes': '500',
} as const

type ReplayUpTo = MetadataImage['replayUpTo']

/** Replays a snapshot without its last record where `isMeant` of the image that it goes into. */
function missingOne(isMeant: (image: MetadataImage) => boolean) {
  return (replayUpTo: ReplayUpTo): ReplayUpTo =>
    function withoutTheLast(this: MetadataImage, offset, records) {
      return replayUpTo.call(this, offset, isMeant(this) ? [...records].slice(0, -1) : records)
    }
}

export const BROKEN_VARIANTS: readonly BrokenVariant[] = [
  {
    name: 'answers before the records are replicated',
    run: { ...THREE, faults: ['power', 'partition'] },
    breakIt: () =>
      replaceMethod(Partition.prototype, 'whenCommitted', (_lastOffset, done) => {
        done(0)
        return () => undefined
      }),
  },
  {
    name: 'does not look at epochs when a follower asks for more',
    run: { ...THREE, faults: ['partition', 'pause'] },
    breakIt: () =>
      replaceMethod(
        Log.prototype,
        'endOffsetForEpoch',
        function everythingIsOfTheEpoch(this: Log, epoch: number) {
          return { epoch, endOffset: this.logEndOffset }
        },
      ),
  },
  {
    name: 'forgets to sync',
    run: { ...THREE, faults: ['controller', 'controller', 'kill'], faultEveryMs: 300 },
    breakIt: () => replaceMethod(Log.prototype, 'flush', () => Promise.resolve()),
  },
  {
    name: 'elects a replica that is not in sync',
    run: { ...THREE, faults: ['kill', 'partition'] },
    breakIt: () =>
      replaceDecision('fenceBrokers', (fenceBrokers) => (image, ids, context) => {
        const decision = fenceBrokers(image, ids, context)
        const records = changingPartitions(decision.records, (data) => {
          const partition = image.partition(data.topicId ?? '', data.partitionId ?? -1)
          // The replica that was lost is gone; of the others the last, whatever it has.
          const leader = partition?.replicas.filter((id) => !ids.includes(id)).at(-1)
          return leader === undefined ? data : { ...data, leader, isr: [leader] }
        })
        return { ...decision, records }
      }),
  },
  {
    name: 'forgets who had everything when the in-sync set became too small',
    run: {
      ...THREE,
      brokers: 2,
      replicationFactor: 2,
      faults: ['partition', 'power'],
      faultEveryMs: 250,
    },
    breakIt: () =>
      replaceDecision('fenceBrokers', (fenceBrokers) => (image, ids, context) => {
        const decision = fenceBrokers(image, ids, context)
        const records = changingPartitions(
          decision.records,
          ({ eligibleLeaderReplicas: _forgotten, ...data }) => data,
        )
        return { ...decision, records }
      }),
  },
  {
    name: 'lets the watermark go ahead of the followers',
    run: { ...THREE, faults: ['power', 'partition'] },
    breakIt: () => replaceMethod(LeaderState.prototype, 'smallestEnd', (ownEnd) => ownEnd),
  },
  {
    name: 'drops the last value of a key when it compacts',
    run: { ...THREE, deleteRetentionMs: 300, faults: [] },
    breakIt: () => replaceMethod(OffsetMap.prototype, 'get', () => Number.POSITIVE_INFINITY),
  },
  {
    name: 'acknowledges the offsets of a group before they are replicated',
    run: { ...THREE, members: 3, faults: ['power', 'partition'], faultEveryMs: 400 },
    breakIt: () =>
      wrapMethod(
        PartitionStateLog.prototype,
        'append',
        (append) =>
          function withoutWaiting(this: PartitionStateLog, records) {
            void append.call(this, records)
            return Promise.resolve({ code: 0, lastOffset: -1n })
          },
      ),
  },
  {
    name: 'loads a snapshot of the metadata that misses a record',
    run: { ...THREE, faults: ['controller', 'kill'], configs: SNAPSHOTS_ALL_THE_TIME },
    told: /^the image of /,
    breakIt: () =>
      wrapMethod(
        MetadataImage.prototype,
        'replayUpTo',
        missingOne(() => true),
      ),
  },
  {
    name: 'goes on with a snapshot in mid-life and misses what changed last',
    run: { ...THREE, faults: ['partition', 'pause'], configs: SNAPSHOTS_ALL_THE_TIME },
    told: /^the image of broker/,
    breakIt: () =>
      wrapMethod(
        MetadataImage.prototype,
        'replayUpTo',
        missingOne((image) => image.offset >= 0n),
      ),
  },
  {
    name: 'goes on with a fetch session that the leader has lost',
    run: { ...THREE, faults: ['sessions'] },
    told: /not every replica came back in sync|could not be read|never got its answer/,
    breakIt: () => replaceMethod(FollowerSession.prototype, 'reset', () => undefined),
  },
  {
    name: 'keeps to a throttle that was taken away',
    run: { ...THREE, throttleEveryMs: 500, faults: ['kill'] },
    told: /not every replica came back in sync/,
    breakIt: () => {
      const throttled = new WeakSet<Partition>()
      const mendList = wrapMethod(
        Partition.prototype,
        'isThrottledAs',
        (isThrottledAs) =>
          function onceAndEver(this: Partition, side) {
            if (isThrottledAs.call(this, side)) throttled.add(this)
            return throttled.has(this)
          },
      )
      const slowed = new WeakSet<ReplicationThrottle>()
      const mendRate = wrapMethod(
        ReplicationThrottle.prototype,
        'available',
        (available) =>
          function everAfter(this: ReplicationThrottle) {
            const bytes = available.call(this)
            if (Number.isFinite(bytes)) slowed.add(this)
            return slowed.has(this) ? 0 : bytes
          },
      )
      return () => {
        mendRate()
        mendList()
      }
    },
  },
  {
    name: 'shows consumers what is not committed',
    run: { ...THREE, rackReaders: 3, partitions: 4, faults: ['partition'], faultEveryMs: 300 },
    told: /^reader in rack/,
    breakIt: () => {
      const { prototype } = Partition
      const watermark = Object.getOwnPropertyDescriptor(prototype, 'highWatermark')
      if (watermark === undefined) throw new Error('partitions have no watermark')
      Object.defineProperty(prototype, 'highWatermark', {
        configurable: true,
        get(this: Partition) {
          return this.log.logEndOffset
        },
      })
      return () => {
        Object.defineProperty(prototype, 'highWatermark', watermark)
      }
    },
  },
  {
    name: 'lets retention take more than it may',
    run: { ...THREE, retentionBytes: 20_000, deletesRecords: false, faults: [] },
    told: /^recent: broker \d keeps/,
    breakIt: () =>
      wrapMethod(
        SegmentRow.prototype,
        'removeOldest',
        (removeOldest) =>
          function allButTheLast(this: SegmentRow, _count, delayMs) {
            removeOldest.call(this, this.all.length - 1, delayMs)
          },
      ),
  },
]

// What one run is: the cluster, its configs, its workload and the faults that may happen to it,
// all drawn from the seed, or given.
//
// What the promise covers decides what may be drawn. A power cut takes what a broker had not
// synced, so it needs a second in-sync copy of all that is acknowledged (min.insync.replicas 2),
// or a sync before each answer (flush.messages 1); a killed process keeps what it wrote, since the
// system does.

import { RandomStream } from './random.ts'

export const FAULT_KINDS = [
  'kill',
  'power',
  'partition',
  'reset',
  'late',
  'doubled',
  'reordered',
  'controller',
  'pause',
  'clock',
  'sync',
  'full disk',
  'slow disk',
  'sessions',
  'all at once',
] as const
/** Drawn from a stream of their own, so that the others are drawn as before them. */
const LATER_KINDS: readonly FaultKind[] = ['sessions', 'all at once']
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface RunPlan {
  readonly seed: string
  readonly brokers: number
  readonly partitions: number
  readonly replicationFactor: number
  readonly minInSyncReplicas: number
  /** Members of the one group; 0 for no group. */
  readonly members: number
  /** Every record is synced before it is acknowledged. */
  readonly syncsFirst: boolean
  /** Mean time between two acts of the operator; 0 for no operator. */
  readonly operatorEveryMs: number
  /** Virtual time under faults. */
  readonly durationMs: number
  readonly faults: readonly FaultKind[]
  /** Mean time between two faults. */
  readonly faultEveryMs: number
  /** Chance that a power cut flips a bit in what it left of the unsynced end of a file. */
  readonly flipChance: number
  /** delete.retention.ms of the compacted topic; undefined for no such topic. */
  readonly deleteRetentionMs: number | undefined
  /** retention.bytes of the topic that keeps its newest records; undefined for no such topic. */
  readonly retentionBytes: number | undefined
  /** Somebody deletes records of it as well. */
  readonly deletesRecords: boolean
  /** Mean time between two changes of replication throttles; 0 for none ever. */
  readonly throttleEveryMs: number
  /** Consumers in racks, that read from the replica there. */
  readonly rackReaders: number
  /** Brokers take time for what they do, so that long work is done in turns. */
  readonly isBusy: boolean
  /** Broker configs beyond those that every simulated cluster has. */
  readonly configs: Readonly<Record<string, string>>
}

export type RunOptions = { seed: string } & Partial<Omit<RunPlan, 'seed' | 'configs'>> & {
    configs?: Readonly<Record<string, string>>
  }

const DURATION_MS = 10_000

/** Power cuts, and disks that lie about a sync, cost what one broker had not synced. */
const NEEDS_SECOND_COPY: readonly FaultKind[] = ['power', 'sync']

export function planOf(options: RunOptions): RunPlan {
  const stream = new RandomStream(`${options.seed}/plan`)
  const more = new RandomStream(`${options.seed}/more`)
  const third = new RandomStream(`${options.seed}/third`)
  const thirdDrawn = {
    /** From one snapshot for almost every record of the metadata log to one in a run. */
    snapshotBytes: third.pick(['200', '600', '2000', '2000', '20000']),
    snapshotMs: third.pick(['150', '800', '3000']),
    metadataBytes: third.pick(['500', '6000', '6000']),
    retains: third.chance(0.6),
    retentionBytes: third.pick([4000, 8000, 20_000]),
    deletesRecords: third.chance(0.4),
    throttleEveryMs: third.pick([0, 0, 700, 2000]),
    rackReaders: third.pick([0, 1, 1, 2]),
    losesSessions: third.chance(0.5),
    sessionSlots: third.pick(['0', '1', '1000', '1000', '1000']),
    endsAllAtOnce: third.chance(0.35),
  }
  const moreDrawn = {
    compacts: more.chance(0.6),
    deleteRetentionMs: more.pick([0, 300, 2000]),
    isBusy: more.chance(0.5),
    /** Segments of all topics close by time, so that the groups' are compacted. */
    rollsByTime: more.chance(0.35),
  }
  // Each is drawn whether it is used or not, so that giving one does not change another.
  const drawn = {
    brokers: stream.pick([1, 2, 3, 3, 3, 3, 4, 5]),
    partitions: 1 + stream.below(4),
    replicas: stream.pick([1, 2, 3, 3, 3]),
    inSync: stream.pick([1, 2, 2, 2]),
    members: stream.pick([0, 2, 3]),
    faultEveryMs: stream.between(300, 2000),
    flipChance: stream.pick([0, 0, 0.3, 1]),
    /** 0: as by default, which no run comes to fill. */
    segmentBytes: stream.pick([0, 0, 2048, 16_384]),
    lagMs: stream.pick(['1000', '3000', '3000', '10000']),
    checkpointMs: stream.pick(['100', '1000', '5000']),
    maxFault: stream.between(0.3, 1),
  }
  const brokers = options.brokers ?? drawn.brokers
  const replicationFactor = options.replicationFactor ?? Math.min(brokers, drawn.replicas)
  const minInSyncReplicas = options.minInSyncReplicas ?? Math.min(replicationFactor, drawn.inSync)
  const kinds = FAULT_KINDS.filter(
    (kind) => !LATER_KINDS.includes(kind) && stream.chance(drawn.maxFault),
  )
  if (thirdDrawn.losesSessions) kinds.push('sessions')
  if (thirdDrawn.endsAllAtOnce) kinds.push('all at once')
  const drawnOperatorMs = stream.pick([0, 0, 500, 1500])
  const syncsFirst = options.syncsFirst ?? stream.chance(0.2)
  const covered = (kind: FaultKind) =>
    minInSyncReplicas >= 2 || syncsFirst || !NEEDS_SECOND_COPY.includes(kind)
  return {
    seed: options.seed,
    brokers,
    replicationFactor,
    minInSyncReplicas,
    partitions: options.partitions ?? drawn.partitions,
    members: options.members ?? drawn.members,
    syncsFirst,
    operatorEveryMs: options.operatorEveryMs ?? drawnOperatorMs,
    durationMs: options.durationMs ?? DURATION_MS,
    faults: (options.faults ?? kinds).filter(covered),
    faultEveryMs: options.faultEveryMs ?? drawn.faultEveryMs,
    flipChance: options.flipChance ?? drawn.flipChance,
    deleteRetentionMs:
      'deleteRetentionMs' in options
        ? options.deleteRetentionMs
        : moreDrawn.compacts
          ? moreDrawn.deleteRetentionMs
          : undefined,
    retentionBytes:
      'retentionBytes' in options
        ? options.retentionBytes
        : thirdDrawn.retains
          ? thirdDrawn.retentionBytes
          : undefined,
    deletesRecords: options.deletesRecords ?? thirdDrawn.deletesRecords,
    throttleEveryMs: options.throttleEveryMs ?? thirdDrawn.throttleEveryMs,
    rackReaders: options.rackReaders ?? thirdDrawn.rackReaders,
    isBusy: options.isBusy ?? moreDrawn.isBusy,
    configs: {
      'metadata.log.max.record.bytes.between.snapshots': thirdDrawn.snapshotBytes,
      'metadata.log.max.snapshot.interval.ms': thirdDrawn.snapshotMs,
      'metadata.max.retention.bytes': thirdDrawn.metadataBytes,
      'max.incremental.fetch.session.cache.slots': thirdDrawn.sessionSlots,
      'log.cleaner.backoff.ms': '150',
      ...(moreDrawn.rollsByTime
        ? { 'log.roll.ms': '700', 'log.cleaner.min.cleanable.ratio': '0.01' }
        : {}),
      ...(drawn.segmentBytes === 0 ? {} : { 'log.segment.bytes': String(drawn.segmentBytes) }),
      ...(syncsFirst ? { 'log.flush.interval.messages': '1' } : {}),
      'replica.lag.time.max.ms': drawn.lagMs,
      'replica.high.watermark.checkpoint.interval.ms': drawn.checkpointMs,
      ...options.configs,
    },
  }
}

/** One line that tells runs apart. */
export function describePlan(plan: RunPlan): string {
  const { brokers, partitions, replicationFactor, minInSyncReplicas, members, faults } = plan
  const operator =
    (plan.operatorEveryMs > 0 ? ', an operator' : '') +
    (plan.deleteRetentionMs === undefined ? '' : ', a compacted topic') +
    (plan.retentionBytes === undefined ? '' : ', one that keeps its newest') +
    (plan.throttleEveryMs > 0 ? ', throttles' : '') +
    (plan.rackReaders > 0 ? `, ${plan.rackReaders} readers in racks` : '') +
    (plan.isBusy ? ', busy' : '')
  return `${brokers} brokers, ${partitions} partitions of ${replicationFactor} replicas (${minInSyncReplicas} in sync), ${members} members${operator}; ${faults.join(', ') || 'no faults'}`
}

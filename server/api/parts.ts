// What the handlers of a broker may ask: its parts, through small interfaces. Made once by
// broker.ts.

import type { GroupParts } from '../groups/ports.ts'
import type { BrokerConfigLayers } from '../metadata/configs.ts'
import type { ControllerSession } from '../metadata/controller-session.ts'
import type { MetadataView } from '../metadata/view.ts'
import type { DelayedFetches } from '../replication/delayed-fetch.ts'
import type { FetchSessions } from '../replication/fetch-sessions.ts'
import type { PartitionStore } from '../replication/partition-store.ts'
import type { ReplicationThrottle } from '../replication/replication-throttle.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { TopicCreation } from './topic-creation.ts'

/** The broker's own configs as they are now, set values before defaults. */
export interface BrokerConfigs {
  readonly layers: BrokerConfigLayers
  number(name: string): number
  boolean(name: string): boolean
  /** Null: no value. */
  text(name: string): string | null
  /** Whether somebody has set it; otherwise it has its default. */
  isSet(name: string): boolean
}

/** Hands out ids for idempotent producers. */
export interface ProducerIds {
  next(): Promise<{ code: 0; producerId: bigint } | { code: number; producerId?: undefined }>
}

export interface BrokerParts extends GroupParts {
  readonly brokerId: number
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'log'>
  readonly metadata: MetadataView
  readonly configs: BrokerConfigs
  readonly partitions: Pick<PartitionStore, 'get' | 'codeForMissing' | 'all'>
  readonly fetches: Pick<DelayedFetches, 'fetch'>
  readonly fetchSessions: Pick<FetchSessions, 'open' | 'length' | 'partitionCount' | 'close'>
  /** What followers that catch up are given. */
  readonly leaderThrottle: ReplicationThrottle
  readonly controller: Pick<ControllerSession, 'forward' | 'forwardAndFollow'>
  readonly topicCreation: Pick<TopicCreation, 'create'>
  readonly producerIds: ProducerIds
  /** The folder that holds the logs. */
  readonly logDirectory: { readonly path: string; readonly isOffline: () => boolean }
}

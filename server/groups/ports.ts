// What the group coordinator is given by the broker, and what handlers see of it.

import type { StateLog } from '../coordination/ports.ts'
import type { MetadataView } from '../metadata/view.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { GroupConfig } from './config.ts'
import type { GroupService } from './group-service.ts'

export interface GroupServiceParts {
  runtime: Pick<Runtime, 'clock' | 'timers' | 'random' | 'log'>
  config: GroupConfig
  /** The cluster as this broker knows it now. */
  metadata(): MetadataView
  /** Whether this broker may lead at all: not while the controller has not heard of it. */
  mayLead(): boolean
  /** The log of one partition of __consumer_offsets that this broker leads. */
  stateLog(partition: number): StateLog
  /**
   * Asks the controller for __consumer_offsets, which does not exist yet. Called for each
   * FindCoordinator until it does; one request under way at a time is enough. Never throws.
   */
  requestOffsetsTopic(): void
}

/** What the handlers of group APIs need of a broker. */
export interface GroupParts {
  readonly groups: GroupService
  readonly metadata: MetadataView
}

/** Who asks, as far as groups care. */
export interface GroupCaller {
  readonly apiVersion: number
  readonly clientId: string | null
  readonly remoteAddress: string
  readonly signal: AbortSignal
}

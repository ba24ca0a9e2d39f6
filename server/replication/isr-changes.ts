// Changes of in-sync sets on their way to the controller: gathered from all partitions that this
// broker leads, sent in one AlterPartition request at a time. Each is answered once; when the
// request itself fails, the changes are sent again until the broker stops, since only the
// controller can say whether they came into force.

import type { DataOf, InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  alterPartitionRequest,
  alterPartitionResponse,
} from '../protocol/messages/56-alter-partition.ts'
import type { Logger, Timers } from '../runtime/runtime.ts'
import type { InSyncMember } from './leader-state.ts'

export interface IsrChange {
  topicId: string
  partition: number
  leaderEpoch: number
  /** Epoch of the partition's metadata that the change was made from. */
  partitionEpoch: number
  members: InSyncMember[]
}

export type IsrOutcome =
  | {
      code: 0
      inSyncReplicas: readonly number[]
      leader: number
      leaderEpoch: number
      partitionEpoch: number
    }
  | { code: number; leaderEpoch?: undefined }

type Request = InputOf<typeof alterPartitionRequest>
type Response = DataOf<typeof alterPartitionResponse>

export interface IsrChangesOptions {
  brokerId: number
  brokerEpoch(): bigint
  /** Sends to the controller; rejects when there is no answer. */
  send(request: Request): Promise<Response>
  timers: Timers
  log: Logger
  retryMs: number
}

interface Entry {
  change: IsrChange
  decided: (outcome: IsrOutcome) => void
}

const keyOf = (topicId: string, partition: number) => `${topicId}-${partition}`

export class IsrChanges {
  private readonly options: IsrChangesOptions
  private waiting: Entry[] = []
  private sending = false
  private scheduled = false
  private stopped = false

  constructor(options: IsrChangesOptions) {
    this.options = options
  }

  propose(change: IsrChange, decided: (outcome: IsrOutcome) => void): void {
    this.waiting.push({ change, decided })
    this.schedule()
  }

  stop(): void {
    this.stopped = true
    this.waiting = []
  }

  /** Lets what else happens in this turn come along. */
  private schedule(): void {
    if (this.scheduled || this.sending || this.stopped || this.waiting.length === 0) return
    this.scheduled = true
    this.options.timers.soon(() => {
      this.scheduled = false
      void this.sendAll()
    })
  }

  private async sendAll(): Promise<void> {
    if (this.stopped || this.sending) return
    const entries = this.waiting
    this.waiting = []
    this.sending = true
    let response: Response | undefined
    try {
      response = await this.options.send(this.requestOf(entries))
    } catch (error) {
      if (this.stopped) return
      this.options.log.debug('in-sync sets could not be changed, trying again', { error })
    }
    this.sending = false
    if (this.stopped) return
    // Refused as a whole, as with a stale broker epoch while the broker registers anew, is as good
    // as not answered.
    if (response === undefined || response.errorCode !== ErrorCode.NONE) {
      this.again(entries)
    } else {
      this.settle(entries, response)
      this.schedule()
    }
  }

  private again(entries: Entry[]): void {
    this.waiting = [...entries, ...this.waiting]
    this.options.timers.after(this.options.retryMs, () => this.schedule())
  }

  private requestOf(entries: Entry[]): Request {
    const topics = new Map<string, IsrChange[]>()
    for (const { change } of entries) {
      const changes = topics.get(change.topicId)
      if (changes === undefined) topics.set(change.topicId, [change])
      else changes.push(change)
    }
    return {
      brokerId: this.options.brokerId,
      brokerEpoch: this.options.brokerEpoch(),
      topics: [...topics].map(([topicId, changes]) => ({
        topicId,
        partitions: changes.map((change) => ({
          partitionIndex: change.partition,
          leaderEpoch: change.leaderEpoch,
          newIsrWithEpochs: change.members,
          leaderRecoveryState: 0,
          partitionEpoch: change.partitionEpoch,
        })),
      })),
    }
  }

  private settle(entries: Entry[], response: Response): void {
    const outcomes = new Map<string, IsrOutcome>()
    for (const topic of response.topics) {
      for (const row of topic.partitions) {
        outcomes.set(
          keyOf(topic.topicId, row.partitionIndex),
          row.errorCode === ErrorCode.NONE
            ? {
                code: 0,
                inSyncReplicas: row.isr,
                leader: row.leaderId,
                leaderEpoch: row.leaderEpoch,
                partitionEpoch: row.partitionEpoch,
              }
            : { code: row.errorCode },
        )
      }
    }
    for (const { change, decided } of entries) {
      decided(
        outcomes.get(keyOf(change.topicId, change.partition)) ?? {
          code: ErrorCode.UNKNOWN_SERVER_ERROR,
        },
      )
    }
  }
}

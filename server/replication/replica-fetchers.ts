// The fetchers of a broker, one per leader it follows somewhere: made when the first partition
// comes, stopped when the last has gone.

import type { Partition } from './partition.ts'
import { ReplicaFetcher, type ReplicaFetcherOptions } from './replica-fetcher.ts'

export type ReplicaFetchersOptions = Omit<ReplicaFetcherOptions, 'leaderId' | 'endpoint'> & {
  endpoint(brokerId: number): { host: string; port: number } | undefined
}

export class ReplicaFetchers {
  private readonly options: ReplicaFetchersOptions
  private readonly fetchers = new Map<number, ReplicaFetcher>()
  private readonly followed = new Map<Partition, { leaderId: number; leaderEpoch: number }>()

  constructor(options: ReplicaFetchersOptions) {
    this.options = options
  }

  /** Copies `partition` from its leader, from its present epoch on; does nothing when it does. */
  follow(partition: Partition): void {
    const { leader: leaderId, leaderEpoch } = partition
    const known = this.followed.get(partition)
    if (known?.leaderId === leaderId && known.leaderEpoch === leaderEpoch) return
    this.unfollow(partition)
    if (leaderId < 0) return
    this.followed.set(partition, { leaderId, leaderEpoch })
    let fetcher = this.fetchers.get(leaderId)
    if (fetcher === undefined) {
      const { options } = this
      fetcher = new ReplicaFetcher({
        ...options,
        leaderId,
        endpoint: () => options.endpoint(leaderId),
      })
      this.fetchers.set(leaderId, fetcher)
    }
    fetcher.follow(partition)
  }

  unfollow(partition: Partition): void {
    const known = this.followed.get(partition)
    if (known === undefined) return
    this.followed.delete(partition)
    const fetcher = this.fetchers.get(known.leaderId)
    fetcher?.unfollow(partition)
    if (fetcher?.partitionCount === 0) {
      fetcher.stop()
      this.fetchers.delete(known.leaderId)
    }
  }

  /** A broker has registered anew, perhaps at another address. */
  brokerChanged(brokerId: number): void {
    this.fetchers.get(brokerId)?.reconnect()
  }

  stop(): void {
    for (const fetcher of this.fetchers.values()) fetcher.stop()
    this.fetchers.clear()
    this.followed.clear()
  }
}

// META-4: no two brokers lead a partition in one epoch, whatever they believe of each other.

import type { Broker } from '../../broker.ts'

export class LeaderWatch {
  readonly problems: string[] = []
  private readonly leaderOfEpoch = new Map<string, number>()

  look(brokers: readonly Broker[]): void {
    for (const { brokerId, parts } of brokers) {
      for (const partition of parts.partitions.all()) {
        if (!partition.isLeader) continue
        const name = `${partition.topic}-${partition.partition} epoch ${partition.leaderEpoch}`
        const known = this.leaderOfEpoch.get(name) ?? brokerId
        if (known !== brokerId) {
          this.problems.push(`${name} is led by broker ${known} and by broker ${brokerId}`)
        }
        this.leaderOfEpoch.set(name, known)
      }
    }
  }
}

// Who leads now, for clients that came to the wrong broker (KIP-951): an id and an epoch per
// partition, and each leader's address once per answer.

import type { MetadataView } from '../metadata/view.ts'

export interface NodeEndpoint {
  nodeId: number
  host: string
  port: number
  rack: string | null
}

export class LeaderHints {
  private readonly metadata: MetadataView
  private readonly endpoints = new Map<number, NodeEndpoint>()

  constructor(metadata: MetadataView) {
    this.metadata = metadata
  }

  /** undefined when the partition or its leader is not known. */
  of(topic: string, partition: number): { leaderId: number; leaderEpoch: number } | undefined {
    const view = this.metadata.topic(topic)?.partitions[partition]
    if (view === undefined) return undefined
    const broker = this.metadata.broker(view.leader)
    if (broker !== undefined && !this.endpoints.has(broker.id)) {
      const { id, host, port, rack } = broker
      this.endpoints.set(id, { nodeId: id, host, port, rack })
    }
    return { leaderId: view.leader, leaderEpoch: view.leaderEpoch }
  }

  nodeEndpoints(): NodeEndpoint[] {
    return [...this.endpoints.values()]
  }
}

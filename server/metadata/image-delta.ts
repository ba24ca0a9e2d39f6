// Collects what a run of metadata records changes while the image replays them.
//
// It names things by their state at the end of the run: a topic that came and went within the
// run is in no list, and a partition that changed ten times is listed once, as it is now.

import type {
  ConfigResourceKind,
  MetadataDelta,
  MetadataView,
  PartitionView,
  TopicView,
} from './view.ts'

export class DeltaCollector {
  private readonly created = new Set<string>()
  private readonly deleted: TopicView[] = []
  /** Topic id to the indexes of its partitions that changed. */
  private readonly partitions = new Map<string, Set<number>>()
  private readonly brokers = new Set<number>()
  private readonly configs = new Map<string, { kind: ConfigResourceKind; name: string }>()

  topicCreated(topicId: string): void {
    this.created.add(topicId)
  }

  topicDeleted(topic: TopicView): void {
    this.partitions.delete(topic.id)
    if (!this.created.delete(topic.id)) this.deleted.push(topic)
  }

  partitionChanged(topicId: string, partition: number): void {
    let indexes = this.partitions.get(topicId)
    if (indexes === undefined) {
      indexes = new Set()
      this.partitions.set(topicId, indexes)
    }
    indexes.add(partition)
  }

  brokerChanged(id: number): void {
    this.brokers.add(id)
  }

  configChanged(kind: ConfigResourceKind, name: string): void {
    this.configs.set(`${kind} ${name}`, { kind, name })
  }

  /** The changes, seen from the image at the end of the run. */
  finish(image: MetadataView): MetadataDelta {
    const topicsCreated: TopicView[] = []
    for (const id of this.created) {
      const topic = image.topicById(id)
      if (topic !== undefined) topicsCreated.push(topic)
    }
    const partitionsChanged: PartitionView[] = []
    for (const [topicId, indexes] of this.partitions) {
      const topic = image.topicById(topicId)
      if (topic === undefined) continue
      for (const index of indexes) {
        const partition = topic.partitions[index]
        if (partition !== undefined) partitionsChanged.push(partition)
      }
    }
    return {
      topicsCreated,
      topicsDeleted: this.deleted,
      partitionsChanged,
      brokersChanged: [...this.brokers],
      configsChanged: [...this.configs.values()],
    }
  }
}

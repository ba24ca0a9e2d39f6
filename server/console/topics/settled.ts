// After a change: waits until every broker says the same, so that the lists that are read next,
// from whichever broker, show it. Brokers learn of a change one by one, in every Kafka.

import type { Cluster } from '../cluster.ts'

const WAIT_MS_MAX = 2_000
const PAUSE_MS = 20

/** Ends when all brokers that answer know the topic, or that it is gone; after two seconds in any case. */
export async function untilKnown(cluster: Cluster, topic: string, exists: boolean): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX
  const brokers = await cluster.client.brokers()
  const saysSo = async (id: number): Promise<boolean> => {
    const answer = await cluster.client.askBroker(id, 'metadata', {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
    })
    return answer.topics.some(({ errorCode }) => errorCode === 0) === exists
  }
  for (const { id } of brokers) {
    // A broker that does not answer is not waited for: others show the change.
    while (!(await saysSo(id).catch(() => true)) && performance.now() < end) {
      await cluster.client.pause(PAUSE_MS)
    }
  }
  // What was under way when the change was made may be older than it.
  await cluster.metadata.get(0).catch(() => undefined)
  await cluster.metadata.get(0).catch(() => undefined)
}

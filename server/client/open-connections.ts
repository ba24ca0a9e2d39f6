// Opens the connections of a client before they are needed, so that whoever asks first does not
// wait for them. Brokers that do not answer are left to whoever asks them.

import type { ClusterClient } from './cluster-client.ts'

/** Of a large cluster only some: connections cost the brokers too. */
const BROKERS_MAX = 12

/** To the brokers of the cluster, for short and for bulk requests. Rejects when none is found. */
export async function openConnections(client: ClusterClient): Promise<void> {
  const brokers = await client.brokers()
  await Promise.all(
    brokers
      .slice(0, BROKERS_MAX)
      .flatMap(({ id }) =>
        (['control', 'bulk'] as const).map((lane) =>
          client
            .askBroker(id, 'metadata', { topics: [], allowAutoTopicCreation: false }, { lane })
            .catch(() => undefined),
        ),
      ),
  )
}

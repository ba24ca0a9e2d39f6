// The two clusters that are compared: Riverglass, and Apache Kafka from the fixture or any other
// that is named. Both stand at the same time and are loaded in turns.

import { ClusterClient } from '../../client/cluster-client.ts'
import { createLogger } from '../../runtime/logger.ts'
import { createNodeRuntime } from '../../runtime/node.ts'
import { type KafkaNodes, startKafkaNodes, startRiverglass } from '../subjects.ts'
import { processesListeningAt } from './broker-processes.ts'

export interface ComparedCluster {
  readonly name: string
  readonly bootstrap: readonly string[]
  /** Empty: its processes cannot be looked at. */
  readonly pids: readonly number[]
  readonly brokers: number
  /** Undefined when it stood already. */
  readonly readyMs: number | undefined
  stop(): Promise<void>
}

export async function startOurs(): Promise<ComparedCluster> {
  const subject = await startRiverglass()
  return { ...subject, brokers: subject.bootstrap.length, stop: () => subject.stop() }
}

export async function startTheirs(): Promise<
  ComparedCluster & Pick<KafkaNodes, 'kill' | 'restart'>
> {
  const nodes = await startKafkaNodes()
  return {
    ...nodes,
    name: 'Apache Kafka',
    brokers: nodes.bootstrap.length,
    stop: () => nodes.stop(),
  }
}

/** A cluster that stands at `address` and is nobody's to stop. */
export async function findCluster(address: string): Promise<ComparedCluster> {
  const runtime = createNodeRuntime(createLogger('error', (line) => console.error(line)))
  const client = new ClusterClient({ runtime, bootstrap: [address], clientId: 'bench' })
  try {
    const brokers = await client.brokers()
    return {
      name: address,
      bootstrap: brokers.map(({ host, port }) => `${host}:${port}`),
      pids: processesListeningAt(brokers),
      brokers: brokers.length,
      readyMs: undefined,
      stop: () => Promise.resolve(),
    }
  } finally {
    client.close()
  }
}

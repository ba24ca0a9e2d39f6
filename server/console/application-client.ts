// kafkajs, for what the console does as any application would. It is loaded when it is first
// needed, connects for one piece of work and leaves; its errors come out as ours.

import type { Admin } from 'kafkajs'
import { KafkaError } from '../client/errors.ts'
import type { Cluster } from './cluster.ts'

const CONNECT_TIMEOUT_MS = 4_000
const REQUEST_TIMEOUT_MS = 25_000

/** Runs `work` with an admin client. `about` names, in an error, what it was about. */
export async function withAdmin<T>(
  { config }: Cluster,
  about: string,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const { Kafka, logLevel } = await import('kafkajs')
  const admin = new Kafka({
    brokers: [...config.bootstrap],
    clientId: 'riverglass-console',
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.NOTHING,
    // A refusal is shown at once; it would be the same a second later.
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    return await work(admin)
  } catch (error) {
    throw translate(error, about, config.bootstrap.join(','))
  } finally {
    await admin.disconnect()
  }
}

/** kafkajs wraps the broker's error code in one or two errors of its own. */
function translate(error: unknown, about: string, cluster: string): unknown {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ('code' in inner && typeof inner.code === 'number') {
      return new KafkaError(inner.code, cluster, about)
    }
  }
  return error
}

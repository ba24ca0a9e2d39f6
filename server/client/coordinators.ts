// Finds the brokers that coordinate groups: one request for many groups where the cluster can
// (KIP-699), else one each.

import { isRetriable } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { UnsupportedApiError } from './connection.ts'
import { KafkaError } from './errors.ts'

const ATTEMPTS_MAX = 4
const RETRY_MS = 150
const GROUP = 0

/** Broker id by group; groups without a coordinator carry the error. */
export async function findCoordinators(
  client: ClusterClient,
  groups: readonly string[],
): Promise<Map<string, { node: number } | { error: KafkaError }>> {
  const found = new Map<string, { node: number } | { error: KafkaError }>()
  let waiting = groups
  for (let attempt = 1; waiting.length > 0; attempt++) {
    for (const { key, nodeId, code, from } of await ask(client, waiting)) {
      found.set(
        key,
        code === 0
          ? { node: nodeId }
          : { error: new KafkaError(code, from, `Coordinator of ${key}`) },
      )
    }
    waiting = waiting.filter((group) => {
      const one = found.get(group)
      return one !== undefined && 'error' in one && isRetriable(one.error.code)
    })
    if (attempt === ATTEMPTS_MAX) break
    if (waiting.length > 0) await client.pause(RETRY_MS * attempt)
  }
  return found
}

interface Found {
  key: string
  nodeId: number
  code: number
  from: string
}

async function ask(client: ClusterClient, groups: readonly string[]): Promise<Found[]> {
  try {
    const { answer, from } = await client.askAny(
      'findCoordinator',
      { keyType: GROUP, coordinatorKeys: groups },
      { versionMin: 4 },
    )
    return answer.coordinators.map(({ key, nodeId, errorCode }) => ({
      key,
      nodeId,
      code: errorCode,
      from,
    }))
  } catch (error) {
    if (!(error instanceof UnsupportedApiError)) throw error
    return Promise.all(groups.map((group) => askForOne(client, group)))
  }
}

async function askForOne(client: ClusterClient, group: string): Promise<Found> {
  const { answer, from } = await client.askAny(
    'findCoordinator',
    { key: group, keyType: GROUP },
    { versionMin: 1, versionMax: 3 },
  )
  return { key: group, nodeId: answer.nodeId, code: answer.errorCode, from }
}

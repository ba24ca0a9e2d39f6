// The registry of a cluster as the services use it: a client, and its errors as the API tells them.

import type { Cluster } from '../cluster.ts'
import { ApiError } from '../problem.ts'
import { RegistryClient, RegistryError } from './registry-client.ts'

/** Characters of a registry's own words that are handed on. */
const WORDS_MAX = 4_000

/** Throws ApiError where the cluster has none. */
export function registryOf({ id, config }: Cluster): RegistryClient {
  if (config.registry !== undefined) return new RegistryClient(config.registry)
  throw new ApiError(404, {
    code: 'no_registry',
    message: `Cluster "${id}" has no schema registry in this console's configuration.`,
  })
}

/** What the registry refused, as an ApiError. */
export async function toldAsApi<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof RegistryError ? apiErrorOf(error) : error
  }
}

function apiErrorOf({ status, code, message }: RegistryError): ApiError {
  const words = message.slice(0, WORDS_MAX)
  const told = (httpStatus: number, name: string, text = words) =>
    new ApiError(httpStatus, { code: name, message: text })
  if (status === 0) return told(503, 'registry_unreachable')
  if (status === 401 || status === 403) {
    return told(
      502,
      'registry_refused',
      `The schema registry does not let the console in (${status}): ${words} ` +
        'Look at the user, password or token in the configuration.',
    )
  }
  if (status === 404) return told(404, code === 40403 ? 'unknown_schema' : 'unknown_subject')
  if (status === 409) return told(409, 'incompatible_schema')
  if (code === 42206) return told(409, 'schema_referenced')
  if (status === 422 || status === 400) return told(400, 'invalid_schema')
  return told(502, 'registry_refused')
}

/** `work` for each, some at a time, in the order given. Rejects with the first failure. */
export async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const at = next++
      results[at] = await work(items[at] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}

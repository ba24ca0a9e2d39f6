// A request on its way to the registry.

import type { Decision } from './decide.ts'
import type { RegistryState } from './state.ts'

/** Where the registry's state is, and how it changes. */
export interface RegistryLog {
  readonly state: RegistryState
  /** Of the cluster that keeps the topic; undefined while that is not known. */
  readonly clusterId?: string | undefined
  change<T>(decide: (state: RegistryState) => Decision<T>): Promise<T>
}

export interface Call {
  params: readonly string[]
  query: URLSearchParams
  body: unknown
  store: RegistryLog
  state: RegistryState
}

/** However it is spelled: some clients write True. */
export function flag(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true'
}

// The part of a query that says where its answer comes from. The browser fetches it; the server,
// which draws the first page, reads the same address from `meta` and asks its own services.

import type { RouteName } from '../contracts/routes.ts'
import { type Answer, getJson } from './request.ts'

export function jsonFrom<Name extends RouteName>(route: Name, path: string) {
  return {
    meta: { path },
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Answer<Name>> =>
      getJson(route, path, signal),
  }
}

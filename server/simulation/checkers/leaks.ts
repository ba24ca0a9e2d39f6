// RUN-1: what servers still hold when all of them have stopped in order, and every request that was
// under way has had the time to time out: timers, connections and ports that nobody gave back.

import { isServer } from '../cluster.ts'
import type { World } from '../world.ts'

export function checkNothingIsHeld(world: World): string[] {
  const { events, connections, ports } = world.held(isServer)
  const problems: string[] = []
  if (events > 0) problems.push(`${events} timers are left after everybody has stopped`)
  if (connections > 0) problems.push(`${connections} connections are left after the stop`)
  if (ports > 0) problems.push(`${ports} ports are left after the stop`)
  return problems
}

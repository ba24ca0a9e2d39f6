// The Runtime of a real process: Node's clock, timers, randomness, disk and network.

import { nodeClock, nodeRandom, nodeTimers } from './node-clock.ts'
import { createNodeDisk } from './node-disk.ts'
import { nodeNetwork } from './node-network.ts'
import type { Logger, Runtime } from './runtime.ts'

export function createNodeRuntime(log: Logger): Runtime {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    random: nodeRandom,
    disk: createNodeDisk(),
    network: nodeNetwork,
    log,
  }
}

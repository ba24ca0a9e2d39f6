// Entry of the controller's thread.

import { workerData } from 'node:worker_threads'
import { startController } from '../controller.ts'
import type { ControllerThreadData } from '../thread-protocol.ts'
import { runThread } from '../thread-side.ts'

const { nodeId, host, folder, staticConfigs } = workerData as ControllerThreadData

runThread(({ runtime, onFault }) =>
  startController(runtime, {
    dataFolder: folder,
    host,
    port: 0,
    nodeId,
    staticConfigs,
    // It starts once in a process, and whoever holds the data folder holds it alone.
    brokersHaveEnded: true,
    onFault,
  }),
)

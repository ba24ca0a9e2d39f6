// Entry of a broker's thread.

import { workerData } from 'node:worker_threads'
import { startBroker } from '../broker.ts'
import type { BrokerThreadData } from '../thread-protocol.ts'
import { runThread } from '../thread-side.ts'

const { brokerId, host, port, advertisedHost, folder, openFilesMax, staticConfigs } =
  workerData as BrokerThreadData

runThread(({ runtime, controller, onFault, signal }) =>
  startBroker(runtime, {
    brokerId,
    host,
    port,
    advertisedHost,
    rack: staticConfigs.get('broker.rack') ?? null,
    folder,
    openFilesMax,
    controller,
    staticConfigs,
    onFault,
    signal,
  }),
)

// The process that makes the load: takes one job after the other from its parent and answers each
// with what was measured. It uses the same client for every cluster.

import { ClusterClient } from '../../client/cluster-client.ts'
import { createLogger } from '../../runtime/logger.ts'
import { createNodeRuntime } from '../../runtime/node.ts'
import { consumeLoad } from './consume-load.ts'
import type { Job, Outcome } from './jobs.ts'
import { latencyLoad } from './latency-load.ts'
import { Meter } from './meter.ts'
import { produceLoad } from './produce-load.ts'
import { createTopic, deleteTopic, probe } from './topic-work.ts'

const REQUEST_TIMEOUT_MS = 60_000

const runtime = createNodeRuntime(createLogger('error', (line) => console.error(line)))

async function carryOut(job: Job): Promise<Outcome> {
  const { bootstrap, pids } = job
  const client = new ClusterClient({
    runtime,
    bootstrap,
    clientId: 'bench',
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  })
  const meter = new Meter(pids)
  try {
    return meter.outcome(await workOf(client, job, meter))
  } finally {
    client.close()
  }
}

async function workOf(client: ClusterClient, job: Job, meter: Meter): Promise<number> {
  switch (job.kind) {
    case 'create':
      return await createTopic(client, job, meter)
    case 'delete':
      await deleteTopic(client, job.topic)
      return 0
    case 'produce':
      return await produceLoad(client, job, meter)
    case 'consume':
      return await consumeLoad(client, job, meter)
    case 'latency':
      return await latencyLoad(client, job, meter)
    case 'probe':
      return await probe(client, job, meter)
  }
}

process.on('message', (job: Job) => {
  carryOut(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  )
})
// The parent is gone: nobody wants the rest.
process.on('disconnect', () => process.exit(0))

// Entry of a reader thread: takes jobs from the main thread and answers them, several at a time.
//
// It keeps a client per cluster, so that connections and metadata stay warm from one page to the
// next. A job that fails fails alone.

import { parentPort } from 'node:worker_threads'
import { ClusterClient } from '../client/cluster-client.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { isForeseen, refusalOf } from './problem.ts'
import { runJob } from './readers/jobs.ts'
import { Outlet } from './readers/outlet.ts'
import type { FromReader, ReaderJob, ToReader } from './readers/protocol.ts'
import { Decodings } from './schemas/decodings.ts'

const port = parentPort
if (port === null) throw new Error('reader-thread runs as a worker thread only')

const runtime = createNodeRuntime(silentLogger)
const clients = new Map<string, ClusterClient>()
const running = new Map<number, Outlet>()
const decodings = new Decodings()

function clientOf(bootstrap: readonly string[]): ClusterClient {
  const key = bootstrap.join(',')
  let client = clients.get(key)
  if (client === undefined) {
    client = new ClusterClient({ runtime, bootstrap, clientId: 'riverglass-reader' })
    clients.set(key, client)
  }
  return client
}

async function start(id: number, job: ReaderJob): Promise<void> {
  const post = (message: FromReader): void => port?.postMessage(message)
  const outlet = new Outlet(id, post)
  running.set(id, outlet)
  try {
    await runJob(clientOf(job.bootstrap), job, outlet, decodings)
    post({ type: 'end', id })
  } catch (error) {
    const unforeseen = isForeseen(error) ? undefined : String((error as Error).stack ?? error)
    post({ type: 'failed', id, refusal: refusalOf(error), unforeseen })
  } finally {
    running.delete(id)
  }
}

port.on('message', (message: ToReader) => {
  switch (message.type) {
    case 'start':
      void start(message.id, message.job)
      return
    case 'cancel':
      running.get(message.id)?.cancel()
      return
    case 'pause':
      running.get(message.id)?.pause(message.paused)
      return
    case 'input':
      running.get(message.id)?.put(message.rows)
      return
    case 'taken':
      running.get(message.id)?.taken()
      return
  }
})

// Runs one thread's part of a search: the scan of what is there, then what arrives if wanted.

import { parseCondition } from '../../../lib/query/parser.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { Outlet } from '../readers/outlet.ts'
import type { TopicDecoding } from '../schemas/decoding.ts'
import { fileWriter } from '../transfer/record-writers.ts'
import { follow } from './follow.ts'
import { writeRow } from './row-writers.ts'
import { scan } from './scan.ts'
import type { ScanJob, ScanPortion } from './scan-job.ts'
import { ClusterSource } from './scan-source.ts'
import { Script } from './script.ts'
import { takeLessOfTheProcessor } from './thread-priority.ts'
import { ownThread } from './thread-time.ts'

export async function runScan(
  client: ClusterClient,
  job: ScanJob,
  outlet: Outlet,
  decodingOf: (topic: string) => TopicDecoding,
): Promise<void> {
  if (!job.isQuick) takeLessOfTheProcessor()
  const condition = parseCondition(job.match)
  const script = condition?.kind === 'script' ? await Script.create(condition.source) : undefined
  try {
    const tools = {
      source: new ClusterSource(client, outlet.signal),
      write: job.output.kind === 'row' ? writeRow : fileWriter(job.output),
      script,
      decodingOf,
    }
    let thread = ownThread()
    const sink = {
      signal: outlet.signal,
      resumed: () => outlet.resumed(),
      send: (portion: ScanPortion) => {
        // Once, so that the other side can tell work from waiting.
        if (thread !== undefined) portion.thread = thread
        thread = undefined
        return outlet.send({ scan: portion })
      },
    }
    await scan(job, tools, sink)
    if (job.follow) await follow(client, job, tools, sink)
  } finally {
    script?.dispose()
  }
}

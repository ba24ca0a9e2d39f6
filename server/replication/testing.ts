// A real log in a temporary folder, with a clock that stands still, for tests.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { buildBatch } from '../records/batch-builder.ts'
import { silentLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { DiskError } from '../runtime/runtime.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import { openLogDirectory } from '../storage/log-directory.ts'
import type { LogDirectory } from '../storage/types.ts'

export const TOPIC_ID = 'TestTopicTestTopicTes1'

/** Closed and removed when the test ends. While `isBroken` no file can be opened. */
export function openTestLogs(isBroken = () => false): LogDirectory {
  const path = mkdtempSync(join(tmpdir(), 'riverglass-replication-'))
  const runtime = createNodeRuntime(silentLogger)
  const clock = { now: () => 1_700_000_000_000, monotonic: () => 0 }
  const logs = openLogDirectory({
    runtime: {
      ...runtime,
      clock,
      disk: {
        ...runtime.disk,
        open(path, mode) {
          if (isBroken()) throw new DiskError('open', path, 'EIO')
          return runtime.disk.open(path, mode)
        },
      },
    },
    path,
    configOf: () => DEFAULT_LOG_CONFIG,
  })
  onTestFinished(async () => {
    await logs.close()
    rmSync(path, { recursive: true, force: true })
  })
  return logs
}

export function batchOf(...values: string[]): Buffer {
  return buildBatch(
    values.map((value) => ({ value })),
    { timestamp: 1_700_000_000_000n },
  )
}

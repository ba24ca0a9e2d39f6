// The same job done by a program that nobody here wrote: kcat, on librdkafka.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documentOf } from './load.ts'

export function kcatAbsence(): string | undefined {
  return spawnSync('kcat', ['-V']).status === 0 ? undefined : 'kcat is not installed'
}

/** Produces `records` lines, and answers how many a consumer then gets. */
export function withKcat(bootstrap: readonly string[], topic: string, records: number) {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-kcat-'))
  const file = join(folder, 'lines')
  writeFileSync(file, Array.from({ length: records }, (_, n) => `${documentOf(n)}\n`).join(''))
  const brokers = ['-b', bootstrap.join(',')]
  return {
    produce(): void {
      run(['-P', ...brokers, '-t', topic, '-X', 'acks=all', '-l', file])
    },
    consume(): number {
      // What librdkafka waits for by itself is no broker's: a second when its queue is full, and the
      // long poll in which the end of a partition shows.
      const read = run([
        ...['-C', ...brokers, '-t', topic, '-e', '-q', '-f', '.'],
        ...['-X', 'queued.min.messages=10000000', '-X', 'queued.max.messages.kbytes=2000000'],
        ...['-X', 'fetch.wait.max.ms=10'],
      ])
      return read.length
    },
    close(): void {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('kcat', args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  if (status !== 0) throw new Error(`kcat: ${stderr}`)
  return stdout
}

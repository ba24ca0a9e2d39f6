// A registry for tests, without a cluster: its log is a list, and every record goes through its
// written form.

import type { RegistryLog } from './call.ts'
import type { Decision } from './decide.ts'
import { readRecord, writeRecord } from './records.ts'
import { answerRequest } from './routes.ts'
import { emptyState, type RegistryState, replay } from './state.ts'

export class MemoryLog implements RegistryLog {
  state = emptyState()
  readonly written: { key: string; value: string | null }[] = []

  async change<T>(decide: (state: RegistryState) => Decision<T>): Promise<T> {
    const { records, answer } = decide(this.state)
    for (const record of records) {
      this.written.push(writeRecord(record))
      this.take(this.state, this.written.length - 1)
    }
    return answer
  }

  private take(state: RegistryState, at: number): void {
    const { key, value } = this.written[at] as { key: string; value: string | null }
    const record = readRecord(key, value)
    if (record === undefined) throw new Error(`not readable: ${key}`)
    replay(state, record)
  }

  /** What is left of the topic when it was compacted, replayed. */
  compacted(): RegistryState {
    const last = new Map(this.written.map(({ key }, at) => [key, at]))
    const state = emptyState()
    for (const at of [...last.values()].sort((a, b) => a - b)) this.take(state, at)
    return state
  }
}

export function memoryRegistry() {
  const log = new MemoryLog()
  const ask = async (method: string, target: string, body?: unknown) => {
    const url = new URL(target, 'http://r')
    const { pathname: path, searchParams: query } = url
    const answer = await answerRequest(log, { method, path, query, body })
    return JSON.parse(JSON.stringify(answer)) as {
      status: number
      body: Record<string, unknown> & unknown[]
    }
  }
  return { log, ask }
}

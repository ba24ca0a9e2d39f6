// One reader thread as the main thread sees it: jobs go in, portions come out. When the thread
// dies, every job it had fails, and nothing else does.

import { Worker } from 'node:worker_threads'
import { giveBackFor } from '../../records/one-at-a-time.ts'
import { ApiError } from '../problem.ts'
import type { FromReader, Portion, ReaderJob, Rows, ToReader } from './protocol.ts'

const HEAP_MB_MAX = 1024
/** Room for deep recursion inside the sandbox, which ends it with an error of its own. */
const STACK_MB = 8

/** Where a job's portions go. */
export interface Receiver {
  portion(portion: Portion): void
  end(): void
  fail(error: Error): void
}

export interface ReaderOptions {
  entry: URL
  onExit: (reader: Reader) => void
  onUnforeseen: (stack: string) => void
}

export class Reader {
  private readonly worker: Worker
  private readonly jobs = new Map<number, Receiver>()
  private readonly options: ReaderOptions
  private nextId = 1

  constructor(options: ReaderOptions) {
    this.options = options
    this.worker = startWorker(options.entry)
    this.worker.on('message', (message: FromReader) => this.receive(message))
    this.worker.on('error', (error) => options.onUnforeseen(String(error.stack ?? error)))
    const { threadId } = this.worker
    this.worker.on('exit', () => {
      giveBackFor(threadId)
      this.ended()
    })
    this.worker.unref()
  }

  get load(): number {
    return this.jobs.size
  }

  start(job: ReaderJob, receiver: Receiver): number {
    const id = this.nextId++
    this.jobs.set(id, receiver)
    this.post({ type: 'start', id, job })
    return id
  }

  /** Opens its connections to a cluster, ahead of the first job that needs them. */
  warmUp(bootstrap: readonly string[]): void {
    // Nobody waits for it, and it counts for no load.
    this.post({ type: 'start', id: this.nextId++, job: { kind: 'warm', bootstrap } })
  }

  taken(id: number): void {
    if (this.jobs.has(id)) this.post({ type: 'taken', id })
  }

  cancel(id: number): void {
    if (this.jobs.has(id)) this.post({ type: 'cancel', id })
  }

  pause(id: number, paused: boolean): void {
    if (this.jobs.has(id)) this.post({ type: 'pause', id, paused })
  }

  /** Rows for a job that takes them; null when there are no more. */
  put(id: number, rows: Rows | null): void {
    if (this.jobs.has(id)) this.post({ type: 'input', id, rows })
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }

  private post(message: ToReader): void {
    this.worker.postMessage(message)
  }

  private receive(message: FromReader): void {
    const receiver = this.jobs.get(message.id)
    if (receiver === undefined) return
    switch (message.type) {
      case 'portion':
        receiver.portion(message.portion)
        return
      case 'end':
        this.jobs.delete(message.id)
        receiver.end()
        return
      case 'failed':
        this.jobs.delete(message.id)
        if (message.unforeseen !== undefined) this.options.onUnforeseen(message.unforeseen)
        receiver.fail(new ApiError(message.refusal.status, message.refusal.problem))
        return
    }
  }

  private ended(): void {
    const receivers = [...this.jobs.values()]
    this.jobs.clear()
    this.options.onExit(this)
    for (const receiver of receivers) {
      receiver.fail(
        new ApiError(503, {
          code: 'reader_ended',
          message:
            'The thread that read these messages ended. Try again; a new one has been started.',
        }),
      )
    }
  }
}

/** Sources are run by tsx, which has to be registered in the thread; a built file runs as it is. */
function startWorker(entry: URL): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB_MAX, stackSizeMb: STACK_MB }
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry, { resourceLimits })
  const boot = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}) })`
  return new Worker(boot, { eval: true, resourceLimits })
}

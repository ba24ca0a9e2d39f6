// The inside of an engine thread: a runtime whose log goes to the main thread, and the part that
// runs here, started at once and stopped when told to.

import { parentPort } from 'node:worker_threads'
import { createLogger } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'
import type { Runtime } from './runtime/runtime.ts'
import {
  type Address,
  type ThreadCommand,
  type ThreadEvent,
  threadErrorOf,
} from './thread-protocol.ts'

export interface ThreadSide {
  runtime: Runtime
  /** Resolves when the main thread has told where the controller listens. */
  controller: Promise<Address>
  onFault: (error: unknown) => void
  /** Aborts when the thread is told to stop before it has started. */
  signal: AbortSignal
}

interface Part {
  readonly port: number
  stop(options: { handOver: boolean }): Promise<void>
  /** Of the controller. */
  brokerEnded?(brokerId: number): void
}

export function runThread(start: (side: ThreadSide) => Promise<Part>): void {
  const port = parentPort
  if (port === null) throw new Error('this file is the entry of a worker thread')
  const send = (event: ThreadEvent) => port.postMessage(event)

  const abort = new AbortController()
  let tellController: (address: Address) => void = () => undefined
  const controller = new Promise<Address>((resolve, reject) => {
    tellController = resolve
    abort.signal.addEventListener('abort', () => reject(new Error('told to stop while starting')))
  })
  // A thread that needs no controller does not wait for it.
  controller.catch(() => undefined)
  const runtime = createNodeRuntime(createLogger('warn', (line) => send({ kind: 'log', line })))
  const onFault = (error: unknown) => send({ kind: 'fault', error: threadErrorOf(error) })

  const started = start({ runtime, controller, onFault, signal: abort.signal })
  started.then(
    (part) => send({ kind: 'ready', port: part.port }),
    (error: unknown) => send({ kind: 'failed', error: threadErrorOf(error) }),
  )
  port.on('message', (command: ThreadCommand) => {
    if (command.kind === 'controller') {
      tellController(command.address)
      return
    }
    if (command.kind === 'broker-ended') {
      // A controller that has not started yet finds it out for itself.
      started.then((part) => part.brokerEnded?.(command.brokerId)).catch(() => undefined)
      return
    }
    const handOver = command.handOver ?? false
    abort.abort()
    started
      .then(
        (part) => part.stop({ handOver }),
        () => undefined,
      )
      .then(
        () => send({ kind: 'stopped' }),
        (error: unknown) => onFault(error),
      )
  })
}

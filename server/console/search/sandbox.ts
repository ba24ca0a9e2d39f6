// A QuickJS machine for one script: no I/O of any kind, memory that cannot grow beyond a bound,
// and every call with a deadline.
//
// What it is given and gives back is text. The bound on memory is that of the WebAssembly memory
// itself, since the limit that the runtime keeps can be passed; after it was hit the machine is of
// no use any more. Runs in worker threads with a large stack, so that deep recursion inside ends
// with QuickJS's own error.

import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core'
import { ownThreadMs } from './thread-time.ts'

const PAGE_BYTES = 64 * 1024
const MEMORY_BYTES = 64 * 1024 * 1024
const MEMORY_BYTES_FIRST = 16 * 1024 * 1024
const SCRIPT_MEMORY_BYTES = 48 * 1024 * 1024
const STACK_BYTES = 256 * 1024

/** Why a call has no answer; `thrown` by the code itself, the others end the machine or the call. */
export class SandboxError extends Error {
  readonly reason: 'thrown' | 'deadline' | 'memory'
  /** From 1; undefined where it is not known. */
  readonly line: number | undefined
  readonly column: number | undefined
  constructor(
    reason: 'thrown' | 'deadline' | 'memory',
    message: string,
    place?: { line: number; column: number | undefined },
  ) {
    super(message)
    this.name = 'SandboxError'
    this.reason = reason
    this.line = place?.line
    this.column = place?.column
  }
}

export class Sandbox {
  private readonly runtime: QuickJSRuntime
  private readonly context: QuickJSContext
  /** By the clock: no earlier can the time of a call be used up. */
  private deadline = Number.POSITIVE_INFINITY
  /** Of the thread's processor time. */
  private budget = { fromMs: 0, ms: 0 }
  private hasTimedOut = false
  private isBroken = false

  private constructor(runtime: QuickJSRuntime) {
    this.runtime = runtime
    runtime.setMemoryLimit(SCRIPT_MEMORY_BYTES)
    runtime.setMaxStackSize(STACK_BYTES)
    runtime.setInterruptHandler(() => {
      if (!this.hasTimedOut && performance.now() > this.deadline) this.passDeadline()
      return this.hasTimedOut
    })
    this.context = runtime.newContext()
  }

  static async create(): Promise<Sandbox> {
    const [core, { default: release }] = await Promise.all([
      import('quickjs-emscripten-core'),
      import('@jitl/quickjs-wasmfile-release-sync'),
    ])
    const wasmMemory = new WebAssembly.Memory({
      initial: MEMORY_BYTES_FIRST / PAGE_BYTES,
      maximum: MEMORY_BYTES / PAGE_BYTES,
    })
    const variant = core.newVariant(release, { wasmMemory })
    const machine = await core.newQuickJSWASMModuleFromVariant(variant)
    return new Sandbox(machine.newRuntime())
  }

  /** Runs code; its value can be called later. Throws SandboxError. */
  evaluate(code: string, deadlineMs: number): QuickJSHandle {
    return this.within(deadlineMs, () => this.context.evalCode(code, 'condition'))
  }

  /** Calls a function with texts; its answer is a text. Throws SandboxError. */
  call(callee: QuickJSHandle, texts: readonly string[], deadlineMs: number): string {
    const { context } = this
    const handles: QuickJSHandle[] = []
    try {
      for (const text of texts) handles.push(this.guarded(() => context.newString(text)))
      const answer = this.within(deadlineMs, () =>
        context.callFunction(callee, context.undefined, ...handles),
      )
      const text = this.guarded(() => context.getString(answer))
      answer.dispose()
      return text
    } finally {
      if (!this.isBroken) for (const handle of handles) handle.dispose()
    }
  }

  dispose(): void {
    // A machine that ran out of memory cannot even be taken down; it goes with its memory.
    if (this.isBroken) return
    try {
      this.context.dispose()
      this.runtime.dispose()
    } catch {
      // Handles that a call left behind: the machine's memory goes as a whole.
    }
  }

  /** A call that waited for the processor meanwhile has that time left. */
  private passDeadline(): void {
    const leftMs = this.budget.ms - (ownThreadMs() - this.budget.fromMs)
    if (leftMs <= 0) this.hasTimedOut = true
    else this.deadline = performance.now() + leftMs
  }

  private within(
    deadlineMs: number,
    work: () => ReturnType<QuickJSContext['evalCode']>,
  ): QuickJSHandle {
    this.hasTimedOut = false
    this.budget = { fromMs: ownThreadMs(), ms: deadlineMs }
    this.deadline = performance.now() + deadlineMs
    const result = this.guarded(work)
    this.deadline = Number.POSITIVE_INFINITY
    if (result.error === undefined) return result.value
    const error = this.describe(result.error)
    if (this.hasTimedOut) {
      throw new SandboxError('deadline', `it did not end within ${deadlineMs} ms`)
    }
    throw error
  }

  /** Errors of the machine itself, and no answer at all, come from memory or stack that ran out. */
  private guarded<T>(work: () => T): T {
    if (this.isBroken) throw new SandboxError('memory', 'it ran out of memory')
    try {
      return work()
    } catch (error) {
      this.isBroken = true
      throw new SandboxError('memory', `it ran out of memory (${(error as Error).message})`)
    }
  }

  private describe(error: QuickJSHandle): SandboxError {
    const dump: unknown = this.guarded(() => this.context.dump(error))
    error.dispose()
    if (dump === undefined || dump === null) return this.outOfMemory()
    if (typeof dump !== 'object') return new SandboxError('thrown', `threw a ${typeof dump}`)
    const { name, message, stack } = dump as { name?: string; message?: string; stack?: string }
    if (message === 'out of memory' || message === undefined) return this.outOfMemory()
    const at = /condition:(\d+)(?::(\d+))?/.exec(stack ?? '')
    const place =
      at === null
        ? undefined
        : { line: Number(at[1]), column: at[2] === undefined ? undefined : Number(at[2]) }
    return new SandboxError('thrown', `${name ?? 'Error'}: ${message}`, place)
  }

  private outOfMemory(): SandboxError {
    this.isBroken = true
    return new SandboxError('memory', 'it ran out of memory')
  }
}

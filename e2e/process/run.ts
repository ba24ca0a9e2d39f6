// Runs the program with some arguments, in an empty folder of its own, and sees what it says.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../dist/riverglass.js')

export interface Run {
  readonly child: ChildProcess
  output(): string
  errors(): string
  /** Resolves once the greeting is complete, with the value of one of its rows. */
  row(name: string): Promise<string>
  /** Resolves with the exit status. */
  end(): Promise<number | null>
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'riverglass-process-'))
}

export function run(args: readonly string[], cwd: string, file: string = program): Run {
  const isScript = file.endsWith('.js')
  const child = spawn(isScript ? process.execPath : file, [...(isScript ? [file] : []), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const closed = once(child, 'close')
  // A journey that fails half way leaves nothing running.
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    child,
    output: () => output,
    errors: () => errors,
    async row(name) {
      const deadline = Date.now() + 30_000
      while (!/^ {2}Stop /m.test(output)) {
        if (child.exitCode !== null || Date.now() > deadline) {
          child.kill('SIGKILL')
          throw new Error(`no greeting, but: ${output}${errors}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const found = new RegExp(`^ {2}${name} +(\\S+)`, 'm').exec(output)?.[1]
      if (found === undefined) throw new Error(`no ${name} in: ${output}`)
      return found
    },
    async end() {
      await closed
      return child.exitCode
    },
  }
}

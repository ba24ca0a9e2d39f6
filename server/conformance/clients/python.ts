// Python packages that the tests need, each list in an environment of its own below .cache/.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'

const folder = join(import.meta.dirname, '../../../.cache/conformance')

export interface PythonEnvironment {
  /** The interpreter. */
  python: string
  /** Installs what is not there yet; why that cannot be had, undefined when it can. */
  absence: () => Promise<string | undefined>
}

/** `requirement` as pip takes it; `imports`, a statement that works once it is there. */
export function pythonEnvironment(
  name: string,
  requirement: string,
  imports: string,
): PythonEnvironment {
  const venv = join(folder, name)
  const python = join(venv, 'bin/python')
  const isInstalled = async () =>
    existsSync(python) && (await run(python, ['-c', imports])).code === 0
  const absence = async () => {
    if (await isInstalled()) return undefined
    const made = await run('python3', ['-m', 'venv', '--clear', venv])
    if (made.code !== 0) return `python3 -m venv failed: ${(made.stderr + made.stdout).slice(-200)}`
    const installed = await run(python, ['-m', 'pip', 'install', '-q', requirement], {
      timeoutMs: 200_000,
    })
    if (installed.code !== 0) return `pip install ${requirement}: ${installed.stderr.slice(-200)}`
    return (await isInstalled()) ? undefined : `${requirement} cannot be imported`
  }
  return { python, absence }
}

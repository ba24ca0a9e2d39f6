// franz-go's registry client (Go). Built once into .cache/, in a module of its own.

import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, runOk } from '../process.ts'

const folder = join(import.meta.dirname, '../../../.cache/conformance/franz-go')
const source = join(import.meta.dirname, 'franz-go/main.go')
const program = join(folder, 'registry-client')
const VERSION = 'v1.8.0'

export const franzGo = {
  /** Builds it when it is not there; why that cannot be done, undefined when it can. */
  async absence(): Promise<string | undefined> {
    await mkdir(folder, { recursive: true })
    await cp(source, join(folder, 'main.go'))
    if (!existsSync(join(folder, 'go.mod'))) {
      await writeFile(join(folder, 'go.mod'), 'module conformance\n\ngo 1.24\n')
    }
    const go = (...args: string[]) =>
      run('go', args, { cwd: folder, env: { GOFLAGS: '-mod=mod' }, timeoutMs: 200_000 })
    const got = await go('get', `github.com/twmb/franz-go/pkg/sr@${VERSION}`)
    if (got.code !== 0) return `go get franz-go: ${got.stderr.slice(-200)}`
    const built = await go('build', '-o', program, '.')
    return built.code === 0 ? undefined : `go build: ${built.stderr.slice(-200)}`
  },

  /** Goes through the registry once, and answers what it was told. */
  async run(registry: string): Promise<unknown> {
    return JSON.parse(await runOk(program, [registry]))
  },
}

// @confluentinc/schemaregistry (npm). Installed once into .cache/, and no dependency of ours.

import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, runOk } from '../process.ts'
import { digitsKept } from './confluent-registry.ts'

const folder = join(import.meta.dirname, '../../../.cache/conformance/schemaregistry')
const script = join(import.meta.dirname, 'schemaregistry.js')
const PACKAGE = '@confluentinc/schemaregistry'

export interface WrittenValue {
  topic: string
  bytes: Buffer
  value: unknown
}

export const schemaregistry = {
  /** Installs it when it is not there; why that cannot be done, undefined when it can. */
  async absence(): Promise<string | undefined> {
    if (existsSync(join(folder, 'installed'))) return undefined
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"private":true}\n')
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE]
    const { code, stderr } = await run('npm', args, { cwd: folder, timeoutMs: 230_000 })
    if (code !== 0) return `npm install ${PACKAGE}: ${stderr.slice(-200)}`
    await writeFile(join(folder, 'installed'), '')
    return undefined
  },

  /** `count` values of each kind, written by its serializers and read back by its deserializers. */
  async write(registry: string, count: number): Promise<WrittenValue[]> {
    const output = await runOk(process.execPath, [script, folder, registry, String(count)])
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const { topic, bytes } = JSON.parse(line) as { topic: string; bytes: string }
        const { value } = digitsKept(line) as { value: unknown }
        return { topic, bytes: Buffer.from(bytes, 'base64'), value }
      })
  },
}

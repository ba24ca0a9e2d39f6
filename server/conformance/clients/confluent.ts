// confluent-kafka (PyPI), the librdkafka of today in Python. Installed once into .cache/.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Background, run, runOk } from '../process.ts'
import type { Client, Member } from './client.ts'

const venv = join(import.meta.dirname, '../../../.cache/conformance/confluent-kafka')
export const confluentPython = join(venv, 'bin/python')
const script = join(import.meta.dirname, 'confluent.py')

async function isInstalled(): Promise<boolean> {
  return (
    existsSync(confluentPython) &&
    (await run(confluentPython, ['-c', 'import confluent_kafka'])).code === 0
  )
}

async function install(): Promise<string | undefined> {
  if (await isInstalled()) return undefined
  const made = await run('python3', ['-m', 'venv', '--clear', venv])
  if (made.code !== 0) return `python3 -m venv failed: ${(made.stderr + made.stdout).slice(-200)}`
  const installed = await run(confluentPython, ['-m', 'pip', 'install', '-q', 'confluent-kafka'])
  if (installed.code !== 0) return `pip install confluent-kafka: ${installed.stderr.slice(-200)}`
  return (await isInstalled()) ? undefined : 'confluent-kafka cannot be imported'
}

export const confluent: Client = {
  name: 'confluent-kafka',
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  headers: 'own',
  absence: install,

  async produce(bootstrap, topic, records, { codec, idempotent }) {
    await runOk(confluentPython, [script, 'produce', bootstrap, topic, codec, String(idempotent)], {
      input: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    })
  },

  async consume(bootstrap, topic) {
    const output = await runOk(confluentPython, [script, 'consume', bootstrap, topic])
    return output
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [partition, offset, key, headers, value] = JSON.parse(line) as [
          number,
          number,
          string,
          string,
          string,
        ]
        return { partition, offset: BigInt(offset), key, headers, value }
      })
  },

  join(bootstrap, group, topic) {
    const values: string[] = []
    const child = new Background(
      confluentPython,
      [script, 'join', bootstrap, topic, group],
      (line, stream) => {
        if (stream === 'stdout') values.push(line)
      },
    )
    const member: Member = {
      values,
      stop: async () => {
        await child.stop()
      },
    }
    return Promise.resolve(member)
  },
}

// confluent-kafka (PyPI), the librdkafka of today in Python. Installed once into .cache/.

import { join } from 'node:path'
import { Background, runOk } from '../process.ts'
import type { Client, Member } from './client.ts'
import { pythonEnvironment } from './python.ts'

const environment = pythonEnvironment(
  'confluent-kafka',
  'confluent-kafka',
  'import confluent_kafka',
)
export const confluentPython = environment.python
const script = join(import.meta.dirname, 'confluent.py')

export const confluent: Client = {
  name: 'confluent-kafka',
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  headers: 'own',
  absence: environment.absence,

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

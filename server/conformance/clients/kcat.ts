// kcat (Debian), librdkafka on the command line. Installed with apt-get when absent and possible.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Background, run, runOk } from '../process.ts'
import type { ReadRecord } from '../workload.ts'
import type { Client, Member } from './client.ts'

const FORMAT = '%p\\t%o\\t%k\\t%h\\t%s\\n'

function parseLine(line: string): ReadRecord {
  const [partition = '', offset = '', key = '', headers = '', ...value] = line.split('\t')
  return {
    partition: Number(partition),
    offset: BigInt(offset),
    key,
    headers,
    value: value.join('\t'),
  }
}

async function install(): Promise<string | undefined> {
  if ((await run('kcat', ['-V'])).code === 0) return undefined
  if (process.getuid?.() !== 0) return 'kcat is not installed (apt-get install kcat)'
  await run('apt-get', ['update', '-q'])
  const { code, stderr } = await run('apt-get', ['install', '-y', '-q', 'kcat'])
  return code === 0 ? undefined : `apt-get could not install kcat: ${stderr.slice(-200)}`
}

export const kcat: Client = {
  name: 'kcat',
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  headers: 'shared',
  absence: install,

  async produce(bootstrap, topic, records, { codec, idempotent }) {
    const folder = mkdtempSync(join(tmpdir(), 'riverglass-kcat-'))
    const file = join(folder, 'records')
    writeFileSync(file, records.map((record) => `${record.key}\t${record.value}\n`).join(''))
    const headers = records[0]?.headers ?? []
    await runOk('kcat', [
      ...['-P', '-b', bootstrap, '-t', topic, '-K', '\\t', '-z', codec, '-l', file],
      ...['-X', 'acks=all', '-X', `enable.idempotence=${idempotent}`],
      ...headers.flatMap(([name, value]) => ['-H', `${name}=${value}`]),
    ])
    rmSync(folder, { recursive: true })
  },

  async consume(bootstrap, topic) {
    const output = await runOk('kcat', [
      ...['-C', '-b', bootstrap, '-t', topic, '-o', 'beginning', '-e', '-q', '-f', FORMAT],
      ...['-X', 'check.crcs=true'],
    ])
    return output.split('\n').slice(0, -1).map(parseLine)
  },

  join(bootstrap, group, topic) {
    const values: string[] = []
    const child = new Background(
      'kcat',
      [
        ...['-b', bootstrap, '-G', group, '-u', '-f', '%s\\n'],
        ...['-X', 'auto.offset.reset=earliest', topic],
      ],
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

// Apache Kafka's own console producer and consumer, from the fixture beside this repository.

import { join } from 'node:path'
import { fixture, fixtureAbsence } from '../clusters.ts'
import { Background, runOk } from '../process.ts'
import type { ReadRecord } from '../workload.ts'
import type { Client, Member } from './client.ts'

const program = join(fixture, 'tool')

/** Runs one of Kafka's tools, such as kafka-topics, to its end. */
export function runTool(name: string, args: readonly string[], input?: string): Promise<string> {
  return runOk(program, [name, ...args], input === undefined ? {} : { input })
}

/** Runs one of Kafka's tools beside the test and hands out what its client logs. */
export function watchTool(
  name: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Background {
  return new Background(program, [name, ...args], onLine, {
    env: { REAL_KAFKA_LOG_LEVEL: 'DEBUG' },
  })
}

/** 'Partition:0 Offset:5 …' with tabs between, as the console consumer prints it. */
function parseLine(line: string): ReadRecord {
  const [partition = '', offset = '', headers = '', key = '', ...value] = line.split('\t')
  return {
    partition: Number(partition.slice('Partition:'.length)),
    offset: BigInt(offset.slice('Offset:'.length)),
    headers: headers.replaceAll(':', '='),
    key,
    value: value.join('\t'),
  }
}

const shown = ['print.partition', 'print.offset', 'print.headers', 'print.key', 'print.value']

export const java: Client = {
  name: 'java',
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  headers: 'own',
  absence: fixtureAbsence,

  async produce(bootstrap, topic, records, { codec, idempotent }) {
    const lines = records.map(({ key, value, headers }) => {
      const text = headers.map(([name, content]) => `${name}:${content}`).join(',')
      return `${text}\t${key}\t${value}\n`
    })
    await runTool(
      'kafka-console-producer',
      [
        ...['--bootstrap-server', bootstrap, '--topic', topic, '--compression-codec', codec],
        ...['--command-property', `enable.idempotence=${idempotent}`],
        ...['--command-property', 'acks=all', '--command-property', 'linger.ms=20'],
        ...['--reader-property', 'parse.key=true', '--reader-property', 'parse.headers=true'],
      ],
      lines.join(''),
    )
  },

  async consume(bootstrap, topic, count) {
    const output = await runTool('kafka-console-consumer', [
      ...['--bootstrap-server', bootstrap, '--topic', topic, '--from-beginning'],
      ...['--max-messages', String(count), '--timeout-ms', '20000'],
      ...shown.flatMap((property) => ['--formatter-property', `${property}=true`]),
    ])
    return output.split('\n').slice(0, -1).map(parseLine)
  },

  join(bootstrap, group, topic) {
    const values: string[] = []
    const child = new Background(
      program,
      [
        ...['kafka-console-consumer', '--bootstrap-server', bootstrap, '--topic', topic],
        ...['--group', group, '--from-beginning'],
        ...['--command-property', 'heartbeat.interval.ms=500'],
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

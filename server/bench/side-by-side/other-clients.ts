// A cross-check by programs that nobody here wrote: Kafka's own performance tools, and kcat on
// librdkafka. Each tool tells its rates itself, so the start of a JVM does not count.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { withKcat } from '../kcat.ts'
import { fixture, kafkaAbsence } from '../subjects.ts'

const RECORDS = 500_000
const RECORD_BYTES = 100
const KCAT_RECORDS = 1_000_000
const CONSUME_TIMEOUT_MS = 60_000

export interface OtherClient {
  name: string
  /** Records a second, by row. */
  measure(bootstrap: readonly string[], topic: string): Promise<Map<string, number>>
}

export function javaToolsAbsence(): string | undefined {
  return existsSync(join(fixture, 'tool')) ? kafkaAbsence() : '../shared/real-kafka is not there'
}

export const perfTools: OtherClient = {
  name: 'kafka-producer-perf-test and kafka-consumer-perf-test',
  async measure(bootstrap, topic) {
    const servers = bootstrap.join(',')
    const produced = await tool([
      'kafka-producer-perf-test',
      ...['--topic', topic, '--num-records', String(RECORDS)],
      ...['--record-size', String(RECORD_BYTES), '--throughput', '-1'],
      ...['--producer-props', `bootstrap.servers=${servers}`, 'acks=all'],
    ])
    const consumed = await tool([
      'kafka-consumer-perf-test',
      ...['--bootstrap-server', servers, '--topic', topic, '--messages', String(RECORDS)],
      ...['--timeout', String(CONSUME_TIMEOUT_MS)],
    ])
    return new Map([
      ['kafka-producer-perf-test, 100 B, acks=all', producerRate(produced)],
      ['kafka-consumer-perf-test, 100 B', consumerRate(consumed)],
    ])
  },
}

export const kcatRates: OtherClient = {
  name: 'kcat',
  measure(bootstrap, topic) {
    const kcat = withKcat(bootstrap, topic, KCAT_RECORDS)
    try {
      const produce = rateOf(() => kcat.produce())
      const consume = rateOf(() => {
        const got = kcat.consume()
        if (got !== KCAT_RECORDS) throw new Error(`kcat got ${got} of ${KCAT_RECORDS} records`)
      })
      return Promise.resolve(
        new Map([
          ['kcat, 300 B, produce, acks=all', produce],
          ['kcat, 300 B, consume', consume],
        ]),
      )
    } finally {
      kcat.close()
    }
  },
}

function rateOf(work: () => void): number {
  const startedAt = performance.now()
  work()
  return KCAT_RECORDS / ((performance.now() - startedAt) / 1000)
}

function tool(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(fixture, 'tool'), args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${args[0]} ended with ${code}: ${output}`))
    })
  })
}

/** The last line sums up: `500000 records sent, 312500.0 records/sec (…), …`. */
export function producerRate(output: string): number {
  const last =
    output
      .trim()
      .split('\n')
      .findLast((line) => line.includes('records sent')) ?? ''
  return figureOf(/([\d.]+) records\/sec/.exec(last)?.[1], output)
}

/** A line of names and a line of figures; the column counts the fetching alone, not the rebalance. */
export function consumerRate(output: string): number {
  const lines = output.trim().split('\n')
  const head = lines.findIndex((line) => line.includes('fetch.nMsg.sec'))
  const column = (lines[head] ?? '')
    .split(',')
    .findIndex((name) => name.trim() === 'fetch.nMsg.sec')
  return figureOf((lines[head + 1] ?? '').split(',')[column]?.trim(), output)
}

function figureOf(text: string | undefined, output: string): number {
  const figure = Number(text)
  if (text === undefined || Number.isNaN(figure)) throw new Error(`no rate in: ${output}`)
  return figure
}

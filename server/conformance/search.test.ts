// Random queries at the console, with all their pages, against what kcat reads of the same topics
// and a plain filter: on our cluster, and on Apache Kafka with transactions that are interleaved,
// committed, aborted and left open. Topics have holes from compaction, every codec, timestamps
// that are equal or go back, one record, and none.
//
// SEARCH_RUNS=500 tries that many queries instead of 40, SEARCH_SEED=N those of a seed.

import fc from 'fast-check'
import type { Message, Producer, Transaction } from 'kafkajs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type SearchLine, searchLine } from '../../lib/contracts/search.ts'
import { type Console, createConsole } from '../console/console.ts'
import {
  type AskPage,
  chosen,
  type Edge,
  expectPages,
  firstTime,
  isPossible,
  nameOf,
  type OffsetOf,
  type Query,
  query,
  type VisibleLog,
  walk,
} from '../console/search/test-queries.ts'
import type { PlainRecord } from '../console/search/testing.ts'
import { createLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { connect } from './clients/kafkajs.ts'
import { kcat } from './clients/kcat.ts'
import { clusterKinds } from './clusters.ts'
import { withAdmin } from './groups.ts'
import { eventually, runOk } from './process.ts'

const absence = await kcat.absence()
if (absence !== undefined) console.log(`search.test.ts is skipped: ${absence}`)

const runs = Number(process.env.SEARCH_RUNS ?? 40)
const seed = Number(process.env.SEARCH_SEED ?? Math.floor(Math.random() * 2 ** 31))

const words = ['ant', 'bee', 'cat', 'ox'] as const
/** kafkajs' numbers of the codecs. */
const codecs = [0, 1, 2, 3, 4] as const
const compactedRounds = 6
const compactedPerRound = 20

/** The same numbers for the same seed. */
function drawing(from: number): (below: number) => number {
  let state = from >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

class Filling {
  private readonly draw = drawing(seed)
  private readonly bootstrap: string
  private readonly hasTransactions: boolean

  constructor(bootstrap: string, hasTransactions: boolean) {
    this.bootstrap = bootstrap
    this.hasTransactions = hasTransactions
  }

  async run(): Promise<void> {
    const forEver = [{ name: 'retention.ms', value: '-1' }]
    await withAdmin(this.bootstrap, (admin) =>
      admin.createTopics({
        topics: [
          { topic: 'orders', numPartitions: 3, replicationFactor: 3, configEntries: forEver },
          { topic: 'billing-eu', numPartitions: 2, replicationFactor: 3, configEntries: forEver },
          {
            topic: 'orders.dlq',
            numPartitions: 1,
            replicationFactor: 3,
            configEntries: [
              { name: 'cleanup.policy', value: 'compact' },
              // By the records' own times.
              { name: 'segment.ms', value: '30' },
              { name: 'min.cleanable.dirty.ratio', value: '0.01' },
            ],
          },
        ],
        waitForLeaders: true,
      }),
    )
    const plain = connect(this.bootstrap).producer()
    await plain.connect()
    await this.fillCompacted(plain)
    await this.interleave(plain, 'orders', 0, true)
    await plain.send({ topic: 'orders', messages: [this.message(1, 120)] })
    await this.interleave(plain, 'billing-eu', 0, false)
    await this.interleave(plain, 'billing-eu', 1, true)
    await plain.disconnect()
    await eventually(
      'holes in the compacted topic',
      async () => {
        const [log] = await readPlainly(this.bootstrap, 'orders.dlq', 1)
        return (log?.visible.length ?? 0) < compactedRounds * compactedPerRound
      },
      120_000,
    )
  }

  private message(partition: number, clock: number): Message & { partition: number } {
    const word = words[this.draw(4)] ?? 'ant'
    const isNull = this.draw(4) === 0
    return {
      key: word,
      value: isNull ? null : JSON.stringify({ word, at: this.draw(9), pad: 'x'.repeat(20) }),
      timestamp: String(firstTime + clock),
      partition,
      ...(this.draw(2) === 0 ? { headers: { trace: word } } : {}),
    }
  }

  private messages(partition: number, clockOf: () => number) {
    return Array.from({ length: 1 + this.draw(6) }, () => this.message(partition, clockOf()))
  }

  /** Keys come again and again, in a segment for each round. */
  private async fillCompacted(producer: Producer): Promise<void> {
    for (let round = 0; round < compactedRounds; round++) {
      const messages = Array.from({ length: compactedPerRound }, (_, at) => {
        const one = this.message(0, round * 40 + at)
        return { ...one, key: `${String(one.key)}${this.draw(9)}`, value: one.value ?? '{"at":1}' }
      })
      await producer.send({ topic: 'orders.dlq', messages })
    }
    await producer.send({ topic: 'orders.dlq', messages: [this.message(0, 280)] })
  }

  /** Writers take turns; those with transactions end them at some time, one of them never. */
  private async interleave(
    plain: Producer,
    topic: string,
    partition: number,
    inOrder: boolean,
  ): Promise<void> {
    const writers: Producer[] = []
    for (const name of this.hasTransactions ? ['a', 'b'] : []) {
      const producer = connect(this.bootstrap).producer({
        transactionalId: `${topic}-${partition}-${name}`,
        idempotent: true,
        maxInFlightRequests: 1,
        transactionTimeout: 600_000,
      })
      await producer.connect()
      writers.push(producer)
    }
    const open = new Map<Producer, Transaction>()
    let clock = 0
    const clockOf = () => {
      clock = inOrder ? clock + Math.max(0, this.draw(6) - 3) : this.draw(290)
      return clock
    }
    for (let step = 0; step < 30; step++) {
      const compression = codecs[this.draw(codecs.length)] ?? 0
      const messages = this.messages(partition, clockOf)
      const writer = writers[this.draw(writers.length + 1)]
      if (writer === undefined) {
        await plain.send({ topic, messages, compression })
        continue
      }
      const transaction = open.get(writer) ?? (await writer.transaction())
      open.set(writer, transaction)
      await transaction.send({ topic, messages, compression })
      if (this.draw(3) > 0) continue
      open.delete(writer)
      await (this.draw(2) === 0 ? transaction.abort() : transaction.commit())
    }
    for (const transaction of open.values()) await transaction.commit()
    const [first, ...others] = writers
    for (const writer of others) await writer.disconnect()
    if (first === undefined) return
    if (topic === 'orders') return first.disconnect()
    // What is open when a reader comes hides itself and all that stands behind it. Whoever left
    // it would end it by disconnecting.
    const left = await first.transaction()
    await left.send({ topic, messages: this.messages(partition, clockOf) })
    await plain.send({ topic, messages: this.messages(partition, clockOf) })
  }
}

interface KcatRecord {
  partition: number
  offset: number
  ts: number
  key: string | null
  payload: string | null
  headers?: string[]
}

/** Everything that readers of committed records, or all readers, see, as kcat reads it. */
async function readPlainly(
  bootstrap: string,
  topic: string,
  partitions: number,
  isolation: 'read_committed' | 'read_uncommitted' = 'read_committed',
): Promise<VisibleLog[]> {
  const output = await runOk('kcat', [
    ...['-C', '-b', bootstrap, '-t', topic, '-o', 'beginning', '-e', '-q', '-J'],
    ...['-X', `isolation.level=${isolation}`],
  ])
  const all = output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as KcatRecord)
    .map(({ partition, offset, ts, key, payload, headers = [] }): PlainRecord => {
      const bytes = (text: string | null | undefined) =>
        text === null || text === undefined ? null : Buffer.from(text)
      return {
        topic,
        partition,
        offset: BigInt(offset),
        timestamp: BigInt(ts),
        key: bytes(key),
        value: bytes(payload),
        headers: headers.flatMap((name, at) =>
          at % 2 === 0 ? [{ key: name, value: bytes(headers[at + 1]) }] : [],
        ),
      }
    })
  return Array.from({ length: partitions }, (_, partition) => ({
    topic,
    partition,
    visible: all
      .filter((one) => one.partition === partition)
      .sort((a, b) => Number(a.offset - b.offset)),
  }))
}

function asking(console: Console): AskPage {
  return async (asked, limit) => {
    const parameters = Object.entries({ ...asked, limit: String(limit) }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]),
    )
    const address = `http://localhost/api/clusters/test/search?${new URLSearchParams(parameters)}`
    const response = await console.fetch(new Request(address))
    const text = await response.text()
    expect(response.status, text).toBe(200)
    const lines = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): SearchLine => searchLine.parse(JSON.parse(line)))
    const end = lines.at(-1)
    if (end?.type !== 'end') throw new Error(`a search without an end: ${text.slice(-500)}`)
    const found = lines.flatMap((line) => {
      if (line.type !== 'record') return []
      const { partition, offset, timestamp, key, value, headers } = line.record
      const bytes = (payload: typeof key) => (payload === null ? null : Buffer.from(payload.text))
      const record = {
        topic: line.topic,
        partition,
        offset: BigInt(offset),
        timestamp: BigInt(timestamp),
        key: bytes(key),
        value: bytes(value),
        headers: headers.map((one) => ({ key: one.key, value: bytes(one.value) })),
      }
      return [nameOf(record)]
    })
    return { found, end }
  }
}

/** Where a query's times stand, as another client is told by the brokers. */
async function edgesOf(
  bootstrap: string,
  logs: readonly VisibleLog[],
  { from, until }: Query,
): Promise<OffsetOf> {
  const known = new Map<string, bigint>()
  const name = (log: VisibleLog, edge: Edge) => `${log.topic}-${log.partition}@${edge.at}`
  for (const edge of [from, until]) {
    if (edge?.kind !== 'time') continue
    await withAdmin(bootstrap, async (admin) => {
      for (const topic of new Set(logs.map((log) => log.topic))) {
        const rows = await admin.fetchTopicOffsetsByTimestamp(topic, firstTime + edge.at)
        for (const { partition, offset } of rows) {
          known.set(`${topic}-${partition}@${edge.at}`, BigInt(offset))
        }
      }
    })
  }
  return (log, edge) => {
    const offset = edge.kind === 'offset' ? BigInt(edge.at) : known.get(name(log, edge))
    if (offset === undefined) throw new Error(`nothing is known of ${name(log, edge)}`)
    return offset
  }
}

for (const kind of await clusterKinds()) {
  describe.skipIf(absence !== undefined)(`a search on ${kind.name}`, () => {
    let bootstrap = ''
    let console: Console
    const logs: VisibleLog[] = []

    beforeAll(async () => {
      const cluster = await kind.start()
      bootstrap = cluster.bootstrap
      const runtime = createNodeRuntime(createLogger('error', () => undefined))
      const clusters = [{ name: 'test', bootstrap: bootstrap.split(',') }]
      console = createConsole({ version: 'test', runtime, clusters })
      await new Filling(bootstrap, kind.name === 'kafka').run()
      logs.push(
        ...(await readPlainly(bootstrap, 'orders', 3)),
        ...(await readPlainly(bootstrap, 'orders.dlq', 1)),
        ...(await readPlainly(bootstrap, 'billing-eu', 2)),
      )
      return async () => {
        await console.close()
        await cluster.stop()
      }
    }, 240_000)

    it(
      'finds what kcat reads and a plain filter keeps, each match once, on every page',
      async () => {
        expect(logs.map(({ visible }) => visible.length > 1)).toEqual([
          ...[true, false, false],
          ...[true],
          ...[true, true],
        ])
        await fc.assert(
          fc.asyncProperty(query, async (drawn) => {
            // Fewer pages: each is asked over the network.
            const asked = { ...drawn, limit: drawn.limit * 6 }
            fc.pre(isPossible(logs, asked))
            const offsetOf = await edgesOf(bootstrap, chosen(logs, asked), asked)
            const goesBack = chosen(logs, asked).some(
              ({ topic, partition }) => topic === 'billing-eu' && partition === 0,
            )
            const pages = await walk(asking(console), asked)
            expectPages(pages, logs, asked, { offsetOf, inOrder: !goesBack })
          }),
          { numRuns: runs, seed },
        )
      },
      240_000 + runs * 2_000,
    )
  })
}

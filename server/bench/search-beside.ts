// What others feel while a search runs: the answers of other pages, a steady producer's waits,
// and the memory, measured before and then during searches that follow one another.

import { setTimeout as sleep } from 'node:timers/promises'
import { apiPaths, paths } from '../../lib/paths.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { createTopic, openClient, produceOn } from './load.ts'
import { residentMegabytes } from './process-figures.ts'
import { type Figures, note } from './report.ts'
import { ticketOf } from './search-data.ts'
import type { Subject } from './subjects.ts'

const topic = 'steady'
const measureMs = 10_000
const pageEveryMs = 100
const produceEveryMs = 20
const recordsPerSend = 20

interface Felt {
  produce: number[]
  topics: number[]
  overview: number[]
  megabytes: number
}

export async function measureBeside(
  subject: Subject,
  search: () => Promise<unknown>,
  figures: Figures,
): Promise<void> {
  const { name } = subject
  console.log(`${name}: what others feel`)
  const client = openClient(subject.bootstrap)
  await createTopic(client, topic)
  client.close()
  const before = await feel(subject)
  const busy = new AbortController()
  const searches = again(search, busy.signal)
  const during = await feel(subject)
  busy.abort()
  note(figures, 'searches meanwhile', name, await searches)
  for (const [when, felt] of [
    ['before', before],
    ['during a search', during],
  ] as const) {
    note(figures, `steady producer p50 ${when}, ms`, name, at(felt.produce, 0.5))
    note(figures, `steady producer p99 ${when}, ms`, name, at(felt.produce, 0.99))
    note(figures, `topics at the API p50 ${when}, ms`, name, at(felt.topics, 0.5))
    note(figures, `topics at the API p99 ${when}, ms`, name, at(felt.topics, 0.99))
    note(figures, `overview page p50 ${when}, ms`, name, at(felt.overview, 0.5))
    note(figures, `overview page p99 ${when}, ms`, name, at(felt.overview, 0.99))
    note(figures, `console's memory at most ${when}, MB`, name, felt.megabytes)
  }
}

/** How many there were. */
async function again(search: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  let count = 0
  for (; !signal.aborted; count++) await search()
  return count
}

async function feel(subject: Subject): Promise<Felt> {
  const { url, cluster, pid } = subject.console
  const until = performance.now() + measureMs
  let megabytes = 0
  const client = openClient(subject.bootstrap)
  const { partitions } = await client.topic(topic)
  const connection = await client.openOwned(partitions[0]?.leader ?? -1)
  const batch = buildBatch(Array.from({ length: recordsPerSend }, (_, n) => ticketOf(n, 1)))
  const [produce, topics, overview] = await Promise.all([
    timesOf(until, produceEveryMs, async () => {
      const code = await produceOn(
        connection,
        topic,
        partitions[0]?.partition ?? 0,
        Buffer.from(batch),
      )
      if (code !== 0) throw new Error(`the steady producer got error ${code}`)
    }),
    timesOf(until, pageEveryMs, () => read(`${url}${apiPaths.topics(cluster)}`)),
    timesOf(until, pageEveryMs, async () => {
      await read(`${url}${paths.cluster(cluster)}`)
      megabytes = Math.max(megabytes, residentMegabytes([pid]))
    }),
  ])
  connection.close()
  client.close()
  return { produce, topics, overview, megabytes }
}

async function read(address: string): Promise<void> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  await response.arrayBuffer()
}

async function timesOf(
  until: number,
  everyMs: number,
  work: () => Promise<void>,
): Promise<number[]> {
  const times: number[] = []
  while (performance.now() < until) {
    const startedAt = performance.now()
    await work()
    const took = performance.now() - startedAt
    times.push(took)
    await sleep(Math.max(0, everyMs - took))
  }
  return times
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

// What is searched: a million JSON documents of about 300 bytes, made of rows that nobody here
// wrote (flights and airports of the package vega-datasets), each of them different. One of them
// holds the needle.
//
// The same number gives the same document, so that every cluster holds the same bytes.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ClusterClient } from '../client/cluster-client.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { everyPartition, partitions, produceOn } from './load.ts'

const recordsPerBatch = 100
/** Searches need whole batches in every partition. */
export const searchRecordsStep = partitions * recordsPerBatch
const firstTime = 1_700_000_000_000

export const needle = 'vh7-needle-4711'
/** Of the records, counted from the oldest, the needle has this place. */
export const needleShare = 0.62

const folder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data')

interface Flight {
  date: string
  delay: number
  distance: number
  origin: string
  destination: string
}

const flights: Flight[] = JSON.parse(readFileSync(join(folder, 'flights-10k.json'), 'utf8'))
const cities = new Map(
  readFileSync(join(folder, 'airports.csv'), 'utf8')
    .split(/\r?\n/)
    .map((line): [string, string] => {
      const [code = '', , city = '', state = ''] = line.split(',')
      return [code, `${city}, ${state}`]
    }),
)

export function ticketOf(number: number, records: number): { key: string; value: string } {
  const flight = flights[number % flights.length]
  if (flight === undefined) throw new Error('the package vega-datasets has no flights')
  // Spread over the whole range by an odd multiplier, the same in every run.
  const mixed = Math.imul(number + 1, 0x9e37_79b1) >>> 0
  const isNeedle = number === Math.floor(records * needleShare)
  const value = {
    ticket: `T-${String(number).padStart(8, '0')}`,
    at: new Date(firstTime + number).toISOString(),
    flight: { ...flight, from: cities.get(flight.origin), to: cities.get(flight.destination) },
    passenger: { id: mixed % 250_000, seat: `${(mixed % 38) + 1}${'ABCDEF'[mixed % 6]}` },
    amount: (mixed % 100_000) / 100,
    currency: ['EUR', 'USD', 'JPY'][mixed % 3],
    status: mixed % 17 === 0 ? 'refunded' : 'paid',
    note: isNeedle ? needle : `booked ${mixed.toString(16)}`,
  }
  return { key: `${flight.origin}-${mixed % 250_000}`, value: JSON.stringify(value) }
}

/** Fills the topic: record n lies in partition n modulo the number of partitions. */
export async function produceTickets(
  client: ClusterClient,
  topic: string,
  records: number,
): Promise<void> {
  await everyPartition(client, topic, (index) => {
    const end = records / partitions
    let at = 0
    return async (connection) => {
      if (at === end) return 'done'
      const batch = buildBatch(
        Array.from({ length: recordsPerBatch }, (_, step) => {
          const number = (at + step) * partitions + index
          return { ...ticketOf(number, records), timestamp: BigInt(firstTime + number) }
        }),
      )
      const code = await produceOn(connection, topic, index, batch)
      if (code === 0) at += recordsPerBatch
      return code
    }
  })
}

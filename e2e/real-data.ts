// Data that nobody here wrote: sets of the package vega-datasets, as messages.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Message } from './fixtures.ts'

const folder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** 10,000 flights, one JSON document each, keyed by the airport they leave. */
export function flights(): Message[] {
  const rows: Record<string, unknown>[] = JSON.parse(read('flights-10k.json'))
  return rows.map((row) => ({ key: String(row.origin), value: JSON.stringify(row) }))
}

/** Days of weather as rows of CSV, keyed by the place. */
export function weather(): Message[] {
  const [head = '', ...rows] = read('weather.csv').trim().split(/\r?\n/)
  const place = head.split(',').indexOf('location')
  return rows.map((row) => ({ key: row.split(',')[place] ?? null, value: row }))
}

/** Earthquakes as GeoJSON features, at the time when the earth shook. */
export function earthquakes(): Message[] {
  const { features }: { features: { id: string; properties: { time: number } }[] } = JSON.parse(
    read('earthquakes.json'),
  )
  return features.map((feature) => ({
    key: feature.id,
    value: JSON.stringify(feature),
    timestamp: String(feature.properties.time),
    headers: { source: 'usgs' },
  }))
}

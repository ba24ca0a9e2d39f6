// `npm run tour`: makes the README's pictures anew. Starts the product over an empty folder, loads
// real data into it, lets a consumer fall behind, and photographs the pages.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { createTopic, kafkaOf, produce } from '../../e2e/fixtures.ts'
import { startProduct } from '../../e2e/product.ts'
import { earthquakes, flights, weather } from '../../e2e/real-data.ts'
import { findOrInstallBrowser } from './browser.js'
import { build } from './build.js'
import { root } from './root.js'

await build()
const executablePath = await findOrInstallBrowser()
if (executablePath === undefined) process.exit(1)
const target = join(root, 'public/tour')
mkdirSync(target, { recursive: true })

const product = await startProduct()
const kafka = kafkaOf(product.bootstrap)
await createTopic(kafka, 'flights', 6)
await createTopic(kafka, 'weather', 2)
await createTopic(kafka, 'earthquakes', 3)
await produce(kafka, 'flights', flights())
await produce(kafka, 'weather', weather())
await produce(kafka, 'earthquakes', earthquakes())
const consumer = kafka.consumer({ groupId: 'delay-report', sessionTimeout: 30_000 })
await consumer.connect()
await consumer.subscribe({ topic: 'flights', fromBeginning: true })
await consumer.run({
  autoCommitInterval: 500,
  eachMessage: async () => {
    await sleep(15)
  },
})

// Something must flow while the pictures are taken.
let flowing = true
const days = weather()
const river = (async () => {
  for (let from = 0; flowing; from = (from + 40) % days.length) {
    await produce(kafka, 'weather', days.slice(from, from + 40))
    await sleep(150)
  }
})()

const cluster = `${product.url}/clusters/${product.cluster}`
const flight = `${cluster}/topics/flights`
const pictures = [
  { name: 'overview', address: cluster, scheme: 'light' },
  { name: 'topics', address: `${cluster}/topics`, scheme: 'light' },
  {
    name: 'messages',
    address: `${flight}?record=1-100&from=offset:90&partitions=1`,
    scheme: 'dark',
  },
  { name: 'schema', address: `${cluster}/topics/earthquakes?tab=schema`, scheme: 'light' },
  { name: 'partitions', address: `${flight}?tab=partitions`, scheme: 'light' },
  { name: 'group', address: `${cluster}/groups/delay-report`, scheme: 'dark' },
] as const
const browser = await chromium.launch({ executablePath })
for (const { name, address, scheme } of pictures) {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 810 },
    colorScheme: scheme,
    timezoneId: 'UTC',
  })
  await page.goto(address)
  await page.getByRole('heading', { level: 1 }).waitFor()
  // Rates need two looks at the offsets.
  await sleep(6000)
  await page.screenshot({ path: join(target, `${name}.png`) })
  await page.close()
}
await browser.close()
flowing = false
await river
await consumer.disconnect()
await product.stop()
console.log(`Pictures in ${target}`)

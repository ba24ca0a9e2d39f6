// Who goes away ends the work: shown by the processor time that the product uses afterwards.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { cpuSeconds } from '../server/bench/process-figures.ts'
import { createTopic, expect, type Message, produce, test, topicPath } from './fixtures.ts'
import type { Product } from './product.ts'
import { ask } from './query.ts'

const partitions = 3
/** Takes both search threads most of a minute. */
const slow =
  'js: ((n) => { for (let i = 0; i < 10000; i++) n += i; return n < 0 })(0) || key.endsWith("7")'

test.slow()

async function fill(kafka: Kafka, topic: string): Promise<void> {
  await createTopic(kafka, topic, partitions)
  const messages = Array.from({ length: 60_000 }, (_, number): Message => {
    return { key: `k-${number}`, value: `{"number":${number}}`, partition: number % partitions }
  })
  await produce(kafka, topic, messages)
}

/** What a search that goes on shows: so much processor time. */
const work = 0.6

/** Waits until the product has worked so much, and answers how many milliseconds that took. */
async function untilWorked({ pid }: Product): Promise<number> {
  const from = cpuSeconds([pid])
  const startedAt = performance.now()
  while (cpuSeconds([pid]) - from < work) await sleep(50)
  return performance.now() - startedAt
}

/** From a second after they left, in as long a time, nothing of what they asked for is done. */
async function expectRest({ pid }: Product, durationMs: number): Promise<void> {
  await sleep(1_000)
  const from = cpuSeconds([pid])
  await sleep(durationMs)
  expect(cpuSeconds([pid]) - from, 'processor seconds').toBeLessThan(work / 3)
}

test('a search ends when its tab is closed', async ({ page, kafka, topic, product }) => {
  await fill(kafka, topic)
  await page.goto(topicPath(product, topic))
  await ask(page, `${slow} && false`)
  await expect(page.getByText(/[1-9][\d.,]*k? records, /)).toBeVisible()
  const duration = await untilWorked(product)
  await page.close()
  await expectRest(product, duration)
})

test('a search ends when its page is left', async ({ page, kafka, topic, product }) => {
  await fill(kafka, topic)
  await page.goto(topicPath(product, topic))
  await ask(page, `${slow} && false`)
  await expect(page.getByText(/[1-9][\d.,]*k? records, /)).toBeVisible()
  const duration = await untilWorked(product)
  await page.getByRole('link', { name: 'Groups' }).click()
  await expect(page.getByRole('heading', { name: 'Groups', exact: true })).toBeVisible()
  await expectRest(product, duration)
})

test('an export ends when the browser breaks it off', async ({ page, kafka, topic, product }) => {
  await fill(kafka, topic)
  // Nothing on the page asks for the same: the link alone does.
  await page.goto(`${topicPath(product, topic)}?limit=20&match=${encodeURIComponent(slow)}`)
  const full = page.getByRole('status').filter({ hasText: 'The page is full' })
  await expect(full).toBeVisible({ timeout: 60_000 })
  const started = page.waitForEvent('download', { timeout: 60_000 })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /^NDJSON/ }).click()
  const download = await started
  const duration = await untilWorked(product)
  await download.cancel()
  expect(await download.failure()).toBe('canceled')
  await expectRest(product, duration)
})

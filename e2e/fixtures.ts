// What every journey gets: a running product, a Kafka client that nobody here wrote, a page that
// fails the test on any error of its own, and the few steps that many journeys share.

// biome-ignore-all lint/correctness/noEmptyPattern: Playwright reads which fixtures a pattern names.
/* oxlint-disable no-empty-pattern -- the same reason */

import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import { otherCluster, type Product, startProduct } from './product.ts'

interface WorkerFixtures {
  product: Product
}
interface TestFixtures {
  kafka: Kafka
  /** A name that no other journey uses. */
  topic: string
  /** Errors that the journey brings about itself. */
  expectedErrors: RegExp[]
}

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
let topics = 0

export const test = base.extend<TestFixtures, WorkerFixtures>({
  product: [
    async ({}, use) => {
      const product = await startProduct()
      await use(product)
      await product.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ product }, use) => {
    await use(product.url)
  },

  kafka: async ({ product }, use) => {
    await use(kafkaOf(product.bootstrap))
  },

  topic: async ({}, use, info) => {
    topics++
    const words = info.title.toLowerCase().match(/[a-z]+/g) ?? []
    await use(`${words.slice(0, 3).join('-')}-${info.project.name}-${process.pid}-${topics}`)
  },

  expectedErrors: async ({}, use) => {
    await use([])
  },

  page: async ({ page, expectedErrors }, use) => {
    const errors = watchErrors(page)
    const load = page.goto.bind(page)
    page.goto = async (...how) => {
      const response = await load(...how)
      await page.waitForFunction(isAwake)
      return response
    }
    await use(page)
    const unexpected = errors.filter((text) => !expectedErrors.some((known) => known.test(text)))
    expect(unexpected, 'errors of the page and failed requests').toEqual([])
  },
})

export { expect, otherCluster }

export function kafkaOf(bootstrap: string): Kafka {
  return new Kafka({
    clientId: 'journeys',
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 10 },
  })
}

/** Whether React has taken over every control that the server drew; before, a choice would be lost. */
function isAwake(): boolean {
  return [...document.querySelectorAll('button, select, input')].every((control) =>
    Object.keys(control).some((name) => name.startsWith('__reactProps')),
  )
}

function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      errors.push(`${message.type()}: ${message.text()}`)
    }
  })
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`))
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'unknown'
    // What the page itself breaks off: streams it no longer needs, and pages left early.
    if (reason !== 'net::ERR_ABORTED') errors.push(`${request.url()} failed: ${reason}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.url()} answered ${response.status()}`)
  })
  return errors
}

/** The records of journeys have times of their own, which are older than what a cluster keeps. */
export const keptForEver = [{ name: 'retention.ms', value: '-1' }]

export async function createTopic(kafka: Kafka, topic: string, partitions = 1): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic, numPartitions: partitions, configEntries: keptForEver }],
    waitForLeaders: true,
  })
  await admin.disconnect()
}

export interface Message {
  key?: string | Buffer | null
  value: string | Buffer | null
  partition?: number
  headers?: Record<string, string>
  timestamp?: string
}

export async function produce(
  kafka: Kafka,
  topic: string,
  messages: readonly Message[],
): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  for (let from = 0; from < messages.length; from += 1000) {
    await producer.send({ topic, messages: messages.slice(from, from + 1000) })
  }
  await producer.disconnect()
}

export function table(page: Page, name: string): Locator {
  return page.getByRole('table', { name, exact: true })
}

/** The rows of a table that hold data. */
export function rowsOf(page: Page, name: string): Locator {
  return table(page, name).locator('tbody tr:not([aria-hidden])')
}

/** The record that is open beside the table. */
export function recordPanel(page: Page): Locator {
  return page.getByRole('complementary', { name: /^Record / })
}

export function topicPath(product: Product, topic: string): string {
  return `/clusters/${product.cluster}/topics/${topic}`
}

// What a search says when its ground moves: a broker dies, the topic is deleted, or records go.
// Each search is held while that happens, so that it happens in its middle.

// biome-ignore-all lint/correctness/noEmptyPattern: Playwright reads which fixtures a pattern names.
/* oxlint-disable no-empty-pattern -- the same reason */

import type { Page } from '@playwright/test'
import { createTopic, expect, keptForEver, produce, rowsOf, test, topicPath } from './fixtures.ts'
import { type MortalCluster, startMortalCluster } from './mortal-cluster.ts'
import { startProduct } from './product.ts'
import { ask, endOf, expectCovered } from './query.ts'

const partitions = 3
const perPartition = 8_000

/** Some 400 bytes each: far more than what is read ahead. */
const records = Array.from({ length: partitions * perPartition }, (_, number) => ({
  key: `order-${number}`,
  value: JSON.stringify({ number, note: `${number} `.repeat(60).slice(0, 360) }),
  partition: number % partitions,
  timestamp: String(1_700_000_000_000 + number),
}))

/** A fifth of a millisecond and more on every record, so that there is time to press Pause. */
const matches = '23 matches'
const slow =
  'js: ((n) => { for (let i = 0; i < 4000; i++) n += i; return n < 0 })(0) || /000$/.test(key)'

test.slow()

/** Begins the search and holds it once it has examined something. */
async function hold(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await ask(page, slow)
  await expect(page.getByText(/[1-9][\d.,]*k? records, /)).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await expect(endOf(page)).not.toContainText('covered:')
}

async function resume(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Resume' }).click()
}

test.describe('a search whose topic changes under it', () => {
  test('says what was not covered when the topic is deleted', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    await createTopic(kafka, topic, partitions)
    await produce(kafka, topic, records)
    await hold(page, topicPath(product, topic))
    const admin = kafka.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    await admin.disconnect()
    await resume(page)
    await expect(endOf(page)).toContainText('Not everything was covered', { timeout: 60_000 })
    await expect(endOf(page)).toContainText(`partition 0 of ${topic}: `)
    await expect(endOf(page)).toContainText(
      /UNKNOWN_TOPIC_OR_PARTITION|no longer|not exist|deleted/,
    )
    // What had been found stays.
    await expect(rowsOf(page, 'Messages').first()).toContainText('000')
  })

  // As far from where the search begins as can be: it may have read much before it is held.
  for (const [from, deleted, before, left] of [
    ['newest', 'the oldest part', 1_000, '22 matches'],
    ['oldest', 'what comes next', 7_500, '15 matches'],
  ] as const) {
    test(`says which records went when ${deleted} is deleted, from the ${from}`, async ({
      page,
      kafka,
      topic,
      product,
    }) => {
      await createTopic(kafka, topic, partitions)
      await produce(kafka, topic, records)
      await hold(page, `${topicPath(product, topic)}?from=${from}`)
      const admin = kafka.admin()
      await admin.connect()
      // The leaders have to be known to it first.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 1, offset: `${before}` }] })
      await admin.disconnect()
      await resume(page)
      await expect(endOf(page)).toContainText('Not everything was covered', { timeout: 60_000 })
      await expect(endOf(page)).toContainText(
        new RegExp(`The records of ${topic}-1 from offset \\d+ to ${before} were deleted`),
      )
      // The other partitions were covered to their end.
      await expect(page.getByText(/partition [02], 100 % covered/)).toHaveCount(2)
      await ask(page, '/order-\\d+000$/')
      await expectCovered(page, left)
    })
  }
})

test.describe('a search of which a broker dies', () => {
  const mortal = test.extend<object, { cluster: MortalCluster }>({
    cluster: [
      async ({}, use) => {
        const cluster = await startMortalCluster()
        await use(cluster)
        await cluster.stop()
      },
      { scope: 'worker', timeout: 180_000 },
    ],
    product: [
      async ({ cluster }, use) => {
        const product = await startProduct(cluster.bootstrap)
        await use(product)
        await product.stop()
      },
      { scope: 'worker', timeout: 60_000 },
    ],
  })

  mortal(
    'goes on with the new leader, and misses nothing',
    async ({ page, kafka, topic, product, cluster }) => {
      await createTopic(kafka, topic, partitions)
      await produce(kafka, topic, records)
      await hold(page, topicPath(product, topic))
      const leader = await leaderOf(topic)
      await cluster.kill(leader)
      await resume(page)
      await expect(endOf(page)).toContainText('overed: ', { timeout: 60_000 })
      await expectCovered(page, matches)
      await expect(endOf(page)).toContainText('24,000 records')
      await cluster.revive(leader)

      async function leaderOf(name: string): Promise<number> {
        const admin = kafka.admin()
        await admin.connect()
        const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
        await admin.disconnect()
        const found = topics[0]?.partitions.find((one) => one.partitionId === 0)?.leader
        if (found === undefined) throw new Error(`${name} has no leader`)
        return found
      }
    },
  )

  mortal(
    'names the partition that nobody else has, and shows the others',
    async ({ page, kafka, topic, product, cluster }) => {
      const admin = kafka.admin()
      await admin.connect()
      const replicaAssignment = [1, 2, 3].map((broker, partition) => ({
        partition,
        replicas: [broker],
      }))
      await admin.createTopics({
        topics: [{ topic, replicaAssignment, configEntries: keptForEver }],
        waitForLeaders: true,
      })
      await admin.disconnect()
      await produce(kafka, topic, records)
      await hold(page, topicPath(product, topic))
      await cluster.kill(2)
      await resume(page)
      await expect(endOf(page)).toContainText('Not everything was covered', { timeout: 60_000 })
      await expect(endOf(page)).toContainText(`partition 1 of ${topic}: `)
      await expect(page.getByText(/partition [02], 100 % covered/)).toHaveCount(2)
      await expect(rowsOf(page, 'Messages').first()).toContainText('000')
      await cluster.revive(2)
      // Its partition is led again a moment later.
      await expect(async () => {
        await page.getByRole('button', { name: 'Refresh' }).click()
        await expectCovered(page, matches)
      }).toPass({ timeout: 90_000 })
    },
  )
})

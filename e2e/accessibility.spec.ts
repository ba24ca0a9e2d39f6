// Every page, with data in it, has nothing that axe calls serious, and is drawn in its theme.

import { expectNoSidewaysScroll, expectReadableByEverybody } from './axe.ts'
import { createTopic, expect, produce, test, topicPath } from './fixtures.ts'

test('every page can be read by everybody', async ({ page, kafka, topic, product }) => {
  await createTopic(kafka, topic, 3)
  await produce(
    kafka,
    topic,
    Array.from({ length: 30 }, (_, index) => ({ key: `k${index}`, value: `{"n":${index}}` })),
  )
  const consumer = kafka.consumer({ groupId: `group-${topic}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async () => undefined })
  try {
    const cluster = `/clusters/${product.cluster}`
    const addresses = [
      cluster,
      `${cluster}/topics`,
      `${cluster}/topics?create=true`,
      topicPath(product, topic),
      `${topicPath(product, topic)}?record=0-0`,
      `${topicPath(product, topic)}?live=true`,
      `${topicPath(product, topic)}?tab=partitions`,
      `${topicPath(product, topic)}?tab=schema`,
      `${topicPath(product, topic)}?tab=configuration`,
      `${cluster}/groups`,
      `${cluster}/groups/group-${topic}`,
      `${cluster}/brokers`,
    ]
    for (const address of addresses) {
      await test.step(address, async () => {
        await page.goto(address)
        // An open dialog hides the page's own heading from everybody.
        await expect(page.getByRole('heading').first()).toBeVisible()
        await expect(page.getByText(/^Loading /)).toHaveCount(0)
        await expectReadableByEverybody(page)
      })
    }
  } finally {
    await consumer.disconnect()
  }
})

test('the theme follows the system', async ({ page, product }, info) => {
  await page.goto(`/clusters/${product.cluster}/topics`)
  const brightness = await page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d')
    if (canvas === null) throw new Error('no canvas')
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].reduce((a, b) => a + b) / 3
  })
  if (info.project.name === 'dark') expect(brightness).toBeLessThan(60)
  else expect(brightness).toBeGreaterThan(200)
})

test('a page is read on a phone without scrolling sideways', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await page.setViewportSize({ width: 375, height: 700 })
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'k', value: `{"long":"${'x'.repeat(2000)}"}` }])
  for (const address of [
    `/clusters/${product.cluster}`,
    `/clusters/${product.cluster}/topics`,
    topicPath(product, topic),
    `${topicPath(product, topic)}?record=0-0`,
  ]) {
    await page.goto(address)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expectNoSidewaysScroll(page)
  }
})

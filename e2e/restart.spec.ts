// A link outlives the process: the same page with the same data after a restart on the same ports.

import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'

test('a deep link shows the same after a restart', async ({ page, kafka, topic, product }) => {
  await createTopic(kafka, topic, 2)
  const messages = Array.from({ length: 70 }, (_, index) => ({
    key: `k${index}`,
    value: `{"number":${index}}`,
    partition: index % 2,
    timestamp: String(1_700_000_000_000 + index),
  }))
  await produce(kafka, topic, messages)
  await page.goto(`${topicPath(product, topic)}?limit=20&partitions=0-1`)
  await page.getByRole('button', { name: 'Older' }).click()
  const rows = rowsOf(page, 'Messages')
  await expect(rows.first()).toContainText('"number":49')
  await rows.nth(2).click()
  const panel = recordPanel(page)
  await expect(panel).toContainText('47')
  const link = page.url()
  const before = await rows.allInnerTexts()

  await page.goto('about:blank')
  await product.restart()
  await page.goto(link)
  await expect(panel).toContainText('47')
  await expect(rows.first()).toContainText('"number":49')
  expect(await rows.allInnerTexts()).toEqual(before)
})

test('an open page finds the product again after a restart', async ({
  page,
  kafka,
  topic,
  product,
  expectedErrors,
}) => {
  expectedErrors.push(
    /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|answered 503/,
  )
  expectedErrors.push(/ERR_CONNECTION_RESET|status of 503|ERR_NETWORK_CHANGED/)
  await createTopic(kafka, topic)
  await page.goto(`/clusters/${product.cluster}/topics?q=${topic}`)
  await expect(rowsOf(page, 'Topics')).toHaveCount(1)
  await product.restart()
  await createTopic(kafka, `${topic}-later`)
  await expect(rowsOf(page, 'Topics')).toHaveCount(2, { timeout: 30_000 })
})

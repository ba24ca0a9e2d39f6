// Browsing real data: JSON documents, rows of CSV, deep GeoJSON.

import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import { earthquakes, flights, weather } from './real-data.ts'

test('ten thousand flights are counted, paged and opened', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 6)
  await produce(kafka, topic, flights())
  await page.goto(`/clusters/${product.cluster}/topics?q=${topic}`)
  await expect(rowsOf(page, 'Topics')).toContainText('10,000')
  await rowsOf(page, 'Topics').getByRole('link', { name: topic }).click()
  await page.getByLabel('Messages a page').selectOption('1000')
  await expect(page.getByText(/^1,000 messages from 6 partitions/)).toBeVisible()
  const rows = rowsOf(page, 'Messages')
  await expect(rows.first()).toContainText('"destination"')
  await rows.first().click()
  await expect(recordPanel(page)).toContainText('origin')
})

test('weather in CSV is shown as text, by key', async ({ page, kafka, topic, product }) => {
  await createTopic(kafka, topic, 2)
  const rows = weather()
  await produce(kafka, topic, rows)
  await page.goto(`${topicPath(product, topic)}?from=oldest&limit=20`)
  await expect(rowsOf(page, 'Messages').first()).toContainText(/Seattle|New York/)
  await expect(page.getByText(/^20 messages from 2 partitions/)).toBeVisible()
})

test('earthquakes are found by their time', async ({ page, kafka, topic, product }) => {
  await createTopic(kafka, topic)
  const quakes = earthquakes().sort((a, b) => Number(a.timestamp) - Number(b.timestamp))
  await produce(kafka, topic, quakes)
  const later = quakes[1000]
  if (later === undefined) throw new Error('the set has changed')
  await page.goto(`${topicPath(product, topic)}?from=time:${later.timestamp}&limit=20`)
  const rows = rowsOf(page, 'Messages')
  await expect(rows.first()).toContainText(String(later.key))
  await rows.first().click()
  const panel = recordPanel(page)
  await expect(panel).toContainText('coordinates')
  await panel.getByRole('tab', { name: 'Headers (1)' }).click()
  await expect(panel).toContainText('usgs')
})

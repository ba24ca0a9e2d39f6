// Creating and deleting topics, each with its review, and what is refused.

import { createTopic, expect, otherCluster, produce, rowsOf, test, topicPath } from './fixtures.ts'

test('a topic is created and deleted', async ({ page, topic, product }) => {
  await page.goto(`/clusters/${product.cluster}/topics?create=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(topic)
  await dialog.getByLabel('Partitions').fill('3')
  await dialog.getByRole('button', { name: 'Add config' }).click()
  await dialog.getByLabel('Config name 1').fill('retention.ms')
  await dialog.getByLabel('Config value 1').fill('3600000')
  await dialog.getByRole('button', { name: 'Review' }).click()
  await expect(dialog).toContainText('kafka-topics.sh')
  await expect(dialog).toContainText('3600000')
  await dialog.getByRole('button', { name: 'Create topic' }).click()
  await expect(page).toHaveURL(new RegExp(`/topics/${topic}$`))

  await page.getByRole('tab', { name: 'Partitions' }).click()
  await expect(rowsOf(page, 'Partitions')).toHaveCount(3)
  await page.getByRole('tab', { name: 'Configuration' }).click()
  await expect(page.getByRole('main')).toContainText('retention.ms')

  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('textbox').fill(topic)
  await dialog.getByRole('button', { name: 'Delete topic' }).click()
  await expect(page).toHaveURL(new RegExp(`/clusters/${product.cluster}/topics$`))
  await expect(page.getByText(topic).and(page.locator('td *'))).toHaveCount(0)
})

test('a refusal is told at its field, and nothing is created', async ({
  page,
  kafka,
  topic,
  product,
  expectedErrors,
}) => {
  expectedErrors.push(/\/topics answered 4\d\d/, /Failed to load resource/)
  await createTopic(kafka, topic)
  await page.goto(`/clusters/${product.cluster}/topics?create=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('no spaces here')
  await dialog.getByRole('button', { name: 'Review' }).click()
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Name').fill(topic)
  await dialog.getByRole('button', { name: 'Review' }).click()
  await expect(dialog).toContainText(/exists/i)
  await expect(dialog.getByRole('button', { name: 'Create topic' })).toHaveCount(0)
})

test('partitions lie on the brokers with leaders and followers', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  test.skip(otherCluster !== undefined, 'how many brokers there are is the other cluster’s matter')
  await createTopic(kafka, topic, 3)
  await produce(kafka, topic, [{ value: 'x', partition: 0 }])
  await page.goto(`${topicPath(product, topic)}?tab=partitions`)
  const rows = rowsOf(page, 'Partitions')
  await expect(rows).toHaveCount(3)
  for (const partition of [0, 1, 2]) await expect(rows.nth(partition)).toContainText('in sync')
  await expect(page.getByRole('heading', { name: 'Layout' })).toBeVisible()
  await page.goto(`/clusters/${product.cluster}/brokers`)
  await expect(rowsOf(page, 'Brokers')).toHaveCount(3)
})

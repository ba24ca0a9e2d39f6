// Reading a topic: pages back and forth, where to start, partitions, one record.

import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'

const count = 130
const numbered = Array.from({ length: count }, (_, index) => ({
  key: `key-${index}`,
  value: JSON.stringify({ number: index, exact: `${9007199254740993n + BigInt(index)}` }),
  partition: 0,
  timestamp: String(1_700_000_000_000 + index * 1000),
}))

test.describe('a topic with 130 messages', () => {
  test('is paged back and forth, and every page has its link', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    await createTopic(kafka, topic)
    await produce(kafka, topic, numbered)
    await page.goto(topicPath(product, topic))
    const rows = rowsOf(page, 'Messages')
    const status = page.getByText(/^\d+ messages? from/)
    await expect(rows.first()).toContainText('"number":129')
    await expect(status).toContainText('50 messages')
    await expect(page.getByRole('button', { name: 'Newer' })).toBeDisabled()

    await page.getByRole('button', { name: 'Older' }).click()
    await expect(rows.first()).toContainText('"number":79')
    const second = page.url()
    await page.getByRole('button', { name: 'Older' }).click()
    await expect(rows.first()).toContainText('"number":29')
    await expect(status).toContainText('30 messages')
    await expect(page.getByRole('button', { name: 'Older' })).toBeDisabled()

    await page.getByRole('button', { name: 'Newer' }).click()
    await expect(rows.first()).toContainText('"number":79')
    await page.getByRole('button', { name: 'Newer' }).click()
    await expect(rows.first()).toContainText('"number":129')

    await page.goto(second)
    await expect(rows.first()).toContainText('"number":79')
    await page.goBack()
    await expect(rows.first()).toContainText('"number":129')
  })

  test('is read from its beginning, an offset and a time', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    await createTopic(kafka, topic)
    await produce(kafka, topic, numbered)
    await page.goto(topicPath(product, topic))
    const rows = rowsOf(page, 'Messages')
    await page.getByLabel('Start').selectOption('oldest')
    await expect(rows.first()).toContainText('"number":0')

    await page.getByLabel('Start').selectOption('offset')
    await page.getByLabel('Offset').fill('100')
    await page.keyboard.press('Enter')
    await expect(rows.first()).toContainText('"number":100')
    await expect(page).toHaveURL(/from=offset:100/)

    await page.goto(`${topicPath(product, topic)}?from=time:1700000042000&limit=20`)
    await expect(rows.first()).toContainText('"number":42')
  })

  test('shows one record whole', async ({ page, kafka, topic, product }) => {
    await createTopic(kafka, topic)
    await produce(kafka, topic, numbered)
    await page.goto(topicPath(product, topic))
    await rowsOf(page, 'Messages').nth(3).click()
    const panel = page.getByRole('complementary', { name: 'Record 126 of partition 0' })
    await expect(panel).toBeVisible()
    await expect(page).toHaveURL(/record=0-126/)
    // A number that a double cannot hold.
    await expect(panel).toContainText(String(9007199254740993n + 126n))
    await panel.getByRole('tab', { name: 'Key' }).click()
    await expect(panel).toContainText('key-126')
    await panel.getByRole('tab', { name: 'Metadata' }).click()
    await expect(panel).toContainText('none')
    await panel.getByRole('button', { name: 'Next record of the partition' }).click()
    await expect(page).toHaveURL(/record=0-127/)
    await page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
    await expect(page).not.toHaveURL(/record=/)
  })
})

test('partitions are chosen one by one', async ({
  page,
  kafka,
  topic,
  product,
  expectedErrors,
}) => {
  expectedErrors.push(/messages\?.*partitions=9 answered 400/, /status of 400/)
  await createTopic(kafka, topic, 3)
  await produce(
    kafka,
    topic,
    [0, 1, 2].flatMap((partition) =>
      [1, 2].map((number) => ({ value: `part ${partition} no ${number}`, partition })),
    ),
  )
  await page.goto(topicPath(product, topic))
  await expect(rowsOf(page, 'Messages')).toHaveCount(6)
  await page.getByRole('textbox', { name: 'Partitions' }).fill('0,2')
  await page.keyboard.press('Enter')
  await expect(rowsOf(page, 'Messages')).toHaveCount(4)
  await expect(rowsOf(page, 'Messages').filter({ hasText: 'part 1' })).toHaveCount(0)
  await page.getByRole('textbox', { name: 'Partitions' }).fill('9')
  await page.keyboard.press('Enter')
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('Messages cannot be shown')
  await expect(alert).toContainText('9')
})

test('keys, headers, tombstones and bytes are shown as they are', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [
    { key: 'gone', value: null },
    { key: '', value: '' },
    { key: null, value: Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x02]) },
    { key: 'k', value: 'plain text', headers: { trace: 'abc-123' } },
    { key: 'k', value: '<script>document.title = "taken over"</script>' },
  ])
  await page.goto(`${topicPath(product, topic)}?from=oldest`)
  const rows = rowsOf(page, 'Messages')
  await expect(rows).toHaveCount(5)
  await expect(rows.nth(0)).toContainText('tombstone')
  await expect(rows.nth(2)).toContainText(/ff ?fe ?00 ?01 ?02/i)
  await expect(rows.nth(4)).toContainText('<script>')
  await rows.nth(3).click()
  await page.getByRole('tab', { name: 'Headers (1)' }).click()
  await expect(recordPanel(page)).toContainText('abc-123')
  expect(await page.title()).not.toContain('taken over')
})

// Values that would break a careless page: each is shown as what it is, and can be searched.

import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import { ask, expectCovered } from './query.ts'

const deep = `${'[{"a":'.repeat(2000)}1${'}]'.repeat(2000)}`
const hostile: { key: string; value: Buffer | string | null }[] = [
  {
    key: 'script',
    value: '{"html":"<script>window.harmed = 1</script><img src=x onerror=window.harmed=1>"}',
  },
  { key: '<img src=x onerror=window.harmed=1>', value: '<script>window.harmed = 1</script>' },
  { key: 'huge', value: `{"huge":${'9'.repeat(400)},"tiny":1e-400,"exact":9223372036854775807}` },
  { key: 'broken', value: Buffer.from([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]) },
  { key: 'deep', value: deep },
  {
    key: 'proto',
    value: '{"__proto__":{"harmed":1},"constructor":{"prototype":1},"same":1,"same":2}',
  },
  { key: 'bidi', value: '{"name":"\\u202egnp.exe","zero":"a\\u0000b\u200b"}' },
  { key: 'half', value: '{"cut":' },
  { key: 'empty', value: '' },
  { key: 'tombstone', value: null },
]

test('a topic of hostile values is shown, searched and harms nothing', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, hostile)
  await page.goto(`${topicPath(product, topic)}?from=oldest`)
  const rows = rowsOf(page, 'Messages')
  await expect(rows).toHaveCount(hostile.length)
  const panel = recordPanel(page)
  for (const [at, { key }] of hostile.entries()) {
    await rows.nth(at).click()
    await expect(page).toHaveURL(new RegExp(`record=0-${at}`))
    await expect(panel).toBeVisible()
    await panel.getByRole('tab', { name: 'Key' }).click()
    await expect(panel).toContainText(key)
    await panel.getByRole('tab', { name: 'Value' }).click()
  }
  await page.keyboard.press('Escape')
  await rows.nth(2).click()
  await expect(panel).toContainText('9223372036854775807')

  await ask(page, 'value.exact = 9223372036854775807')
  await expectCovered(page, '1 match')
  await ask(page, '"<script>"')
  await expectCovered(page, '2 matches')
  await ask(page, 'value.harmed exists')
  await expectCovered(page, '0 matches')
  await ask(page, 'js: value.same === 2 && value.harmed === undefined')
  await expectCovered(page, '1 match')
  await ask(page, 'js: JSON.stringify(value).length > 10000')
  await expectCovered(page, '1 match')
  await ask(page, 'value is null or size = 0')
  await expectCovered(page, '2 matches')
  expect(await page.evaluate(() => 'harmed' in window || 'harmed' in {})).toBe(false)
})

test('a value of 5 MB arrives cut, says so, and is whole on demand', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  const bytes = 5_000_000
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic, configEntries: [{ name: 'max.message.bytes', value: '8000000' }] }],
    waitForLeaders: true,
  })
  await admin.disconnect()
  const text = 'The river runs. '.repeat(bytes / 16)
  const large = JSON.stringify({ begin: 1, text, last: 'the very end' })
  await produce(kafka, topic, [
    { key: 'small', value: '{"small":1}' },
    { key: 'large', value: large },
  ])
  await page.goto(`${topicPath(product, topic)}?record=0-1`)
  const panel = recordPanel(page)
  await expect(panel).toContainText('Cut: this is the beginning of 4.77 MiB')
  await expect(panel).toContainText('The river runs.')
  // The page answers meanwhile.
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
  await ask(page, '"the very end"')
  await expectCovered(page, '1 match')
  await ask(page, 'value.last = "the very end"')
  await expectCovered(page, '1 match')
  await rowsOf(page, 'Messages').first().click()
  const download = page.waitForEvent('download')
  await panel
    .getByRole('link', { name: /download/i })
    .first()
    .click()
  const stream = await (await download).createReadStream()
  let size = 0
  for await (const chunk of stream) size += chunk.length
  expect(size).toBe(large.length)
})

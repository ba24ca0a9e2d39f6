// Out and in: a query's whole result as a file, a file's lines as records, records by hand and
// sent again.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Locator, Page } from '@playwright/test'
import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import { ask, endOf, expectCovered } from './query.ts'
import { weather } from './real-data.ts'
import { choose, importFile, openNewTopic } from './transfer.ts'

/** RIVERGLASS_E2E_EXPORT=1000000 exports a million, which takes a minute to produce. */
const exported = Number(process.env.RIVERGLASS_E2E_EXPORT ?? 50_000)

test(`${exported} records are exported without the tab growing`, async ({
  page,
  kafka,
  topic,
  product,
}) => {
  test.setTimeout(60_000 + exported / 4)
  await createTopic(kafka, topic, 3)
  const producer = kafka.producer()
  await producer.connect()
  for (let from = 0; from < exported; from += 2000) {
    const messages = Array.from({ length: Math.min(2000, exported - from) }, (_, at) => {
      const number = from + at
      return {
        key: `k-${number}`,
        value: JSON.stringify({ number, text: 'says "so", and\nmore', pad: 'x'.repeat(200) }),
        partition: number % 3,
        timestamp: String(1_700_000_000_000 + number),
      }
    })
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
  await page.goto(`${topicPath(product, topic)}?from=oldest`)
  await expect(rowsOf(page, 'Messages').first()).toBeVisible()
  const session = await page.context().newCDPSession(page)
  const before = await heapBytes(session)
  const lines = await exportAs(page, /^NDJSON/)
  const numbers = new Set<number>()
  for await (const line of lines) numbers.add(JSON.parse(JSON.parse(line).value).number)
  expect(numbers.size).toBe(exported)
  expect((await heapBytes(session)) - before).toBeLessThan(10_000_000)

  await ask(page, 'value.number < 3')
  await expectCovered(page, '3 matches')
  let csv = ''
  for await (const line of await exportAs(page, /^CSV/)) csv += `${line}\n`
  expect(csv).toContain('"{""number"":1,""text"":""says \\""so\\"", and\\nmore"",')
  expect(csv.trim().split('\n')).toHaveLength(4)
  let raw = ''
  for await (const line of await exportAs(page, /^Raw/)) raw += `${line}\n`
  expect(
    raw
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).number),
  ).toEqual([0, 1, 2])
})

async function heapBytes(
  session: Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>,
) {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}

async function exportAs(page: Page, name: RegExp) {
  const download = page.waitForEvent('download', { timeout: 120_000 })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name }).click()
  const path = await (await download).path()
  return createInterface({ input: createReadStream(path) })
}

test('a file with lines that are refused is tried, then sent', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await openNewTopic(page, { kafka, topic, product })
  const lines = [
    '{"key":"a","value":"one"}',
    'not json',
    '{"key":"b","value":"two"}',
    '{"value":7}',
  ]
  const text = `${lines.join('\n')}\n`
  const dialog = await importFile(page, { name: 'records.ndjson', text })
  await dialog.getByLabel('Each line is').selectOption('records')
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  const refused = rowsOf(page, 'Lines refused')
  await expect(refused).toHaveCount(2)
  await expect(refused.nth(0)).toContainText('2')
  await expect(refused.nth(0)).toContainText('not json')
  await expect(refused.nth(1)).toContainText('value')
  await dialog.getByRole('button', { name: 'Send 2 records' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(rowsOf(page, 'Messages')).toHaveCount(2)
  await expect(rowsOf(page, 'Messages').first()).toContainText('two')
})

test('rows of CSV become records, ragged ones are refused', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await openNewTopic(page, { kafka, topic, product })
  const rows = weather().slice(0, 500)
  const csv = [
    'location,date,precipitation,temp_max,temp_min,wind,weather',
    ...rows.map((one) => one.value),
    'too,few',
  ]
  const dialog = await importFile(page, { name: 'weather.csv', text: csv.join('\n') })
  await dialog.getByLabel('Column of the key').fill('location')
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  await expect(rowsOf(page, 'Lines refused')).toHaveCount(1)
  await expect(rowsOf(page, 'Lines refused')).toContainText('502')
  await dialog.getByRole('button', { name: 'Send 500 records' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await ask(page, 'value.weather = "snow"')
  const snow = rows.filter((one) => String(one.value).endsWith(',snow')).length
  await expect(endOf(page)).toContainText(`${snow} match`)
})

test('an import shows how far it is while the file is sent, and can be cancelled', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await openNewTopic(page, { kafka, topic, product })
  const text = `${JSON.stringify({ pad: 'x'.repeat(990) })}\n`.repeat(4000)
  const dialog = await importFile(page, { name: 'values.ndjson', text })
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const speed = { offline: false, latency: 0, downloadThroughput: -1 }
  await session.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: 400_000 })
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  const bar = dialog.getByRole('progressbar')
  const first = await sentBytes(bar)
  await expect.poll(() => sentBytes(bar)).toBeGreaterThan(first)
  await expect(dialog.getByRole('status')).toContainText(/[\d.]+ (B|KiB|MiB) of [\d.]+ MiB read/)
  await dialog.getByRole('button', { name: 'Cancel the import' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Cancelled')
  await session.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 })
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  await dialog.getByRole('button', { name: 'Send 4,000 records' }).click()
  await expect(dialog.getByRole('status')).toContainText('4,000 records sent; 0 of 4,000 lines')
})

async function sentBytes(bar: Locator): Promise<number> {
  return bar.evaluate((element) => (element as HTMLProgressElement).value)
}

test('a record is produced by hand, and sent again edited and unedited', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'first', value: '{"here":true}' }])
  await page.goto(topicPath(product, topic))
  const dialog = await choose(page, 'Produce a message')
  await dialog.getByRole('checkbox', { name: 'no key' }).uncheck()
  await dialog.getByLabel('Key', { exact: true }).fill('by-hand')
  await dialog.getByLabel('Value', { exact: true }).fill('{"exact":9007199254740993}')
  await dialog.getByRole('button', { name: 'Add a header' }).click()
  await dialog.getByLabel('Name of header 1').fill('origin')
  await dialog.getByLabel('Value of header 1', { exact: true }).fill('a person')
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await expect(dialog).toContainText('Nothing has been sent yet')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toContainText('partition 0, offset 1')
  await dialog.getByRole('button', { name: 'Done' }).click()

  const rows = rowsOf(page, 'Messages')
  await expect(rows.first()).toContainText('by-hand')
  await rows.first().click()
  const panel = recordPanel(page)
  await panel.getByRole('button', { name: 'Send again' }).click()
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(dialog).toContainText('partition 0, offset 2')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await ask(page, 'header.origin = "a person" and value.exact = 9007199254740993')
  await expectCovered(page, '2 matches')

  await rows.first().click()
  await panel.getByRole('button', { name: 'Send again' }).click()
  await dialog.getByRole('button', { name: 'Edit first' }).click()
  await dialog.getByLabel('Value', { exact: true }).fill('{"exact":1}')
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await dialog.getByRole('button', { name: 'Send' }).click()
  await expect(dialog).toContainText('partition 0, offset 3')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await ask(page, 'key = "by-hand" and value.exact = 1')
  await expectCovered(page, '1 match')
})

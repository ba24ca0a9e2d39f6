// What a schema is good for besides reading: a record that begins from it, completion of its
// fields before any record has them, and files with its fields as columns.

import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import avsc from 'avsc'
import { parquetReadObjects } from 'hyparquet'
import { createTopic, expect, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import type { Product } from './product.ts'
import { ask, expectCovered, openMatch } from './query.ts'

const order = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long', doc: 'Its number.' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
    { name: 'customer', type: ['null', 'string'], default: null, doc: 'Who pays.' },
  ],
}

async function register(page: Page, product: Product, subject: string): Promise<void> {
  const path = `/api/clusters/${product.cluster}/schemas/${encodeURIComponent(subject)}/versions`
  const data = { type: 'AVRO', text: JSON.stringify(order) }
  expect((await page.request.post(path, { data })).ok()).toBe(true)
}

async function expectReadable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(serious).toEqual([])
}

async function download(page: Page, name: RegExp): Promise<Buffer> {
  const file = page.waitForEvent('download', { timeout: 120_000 })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name }).click()
  return readFileSync(await (await file).path())
}

async function readAvro(file: Buffer): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  const decoder = new avsc.streams.BlockDecoder()
  const done = new Promise((resolve, reject) => decoder.on('end', resolve).on('error', reject))
  decoder.on('data', (row: Record<string, unknown>) => rows.push(row))
  decoder.end(file)
  await done
  return rows
}

test('a record begins from its schema, and goes out in files with its fields', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  test.setTimeout(180_000)
  await createTopic(kafka, topic)
  await register(page, product, `${topic}-value`)
  await page.goto(topicPath(product, topic))

  await test.step('completion knows fields that no record has', async () => {
    const line = await openMatch(page)
    await line.pressSequentially('value.cu')
    const option = page.getByRole('option', { name: /value\.customer/ })
    await expect(option).toContainText('string, in no recent record: Who pays.')
    await line.fill('')
    await page.keyboard.press('Escape')
  })

  const dialog = page.getByRole('dialog')
  const value = dialog.getByRole('textbox', { name: 'Value', exact: true })
  const check = dialog.getByRole('status', { name: 'Check of the value' })
  await test.step('the form begins with the skeleton', async () => {
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Produce a message' }).click()
    await expect(dialog.getByLabel('Value is written as')).toHaveValue('schema')
    await expect(value).toHaveValue('{\n  "id": 0,\n  "total": 0.00,\n  "customer": null\n}')
    await expect(dialog.getByLabel('Value: subject')).toHaveValue(`${topic}-value`)
    await expect(check).toContainText('It is what the schema says')
    await dialog.getByText('Fields of Order (Avro, version 1)').click()
    await expect(dialog.getByRole('list', { name: 'Fields of the value' })).toContainText(
      'Its number.',
    )
    await expectReadable(page)
  })

  await test.step('what is typed is checked, with the line', async () => {
    await value.fill('{\n  "id": 9007199254740993,\n  "total": 12.505\n}')
    await expect(check).toContainText(
      'Line 3, total: 12.505 has more than 2 digits behind the point.',
    )
    await value.fill('{\n  "id": 9007199254740993,\n  "total": 12.50\n}')
    await expect(check).toContainText('It is what the schema says')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByRole('button', { name: 'Send' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await expect(rowsOf(page, 'Messages').first()).toContainText('"total":12.50')
  })

  await test.step('it is sent again, edited, by the same schema', async () => {
    await rowsOf(page, 'Messages').first().click()
    await recordPanel(page).getByRole('button', { name: 'Send again' }).click()
    await dialog.getByRole('button', { name: 'Edit first' }).click()
    await expect(value).toHaveValue('{"id":9007199254740993,"total":12.50,"customer":null}')
    await value.fill('{"id":2,"total":1,"customer":"c"}')
    await dialog.getByRole('button', { name: 'Preview' }).click()
    await dialog.getByRole('button', { name: 'Send' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
  })

  await test.step('both are in an Avro and in a Parquet file', async () => {
    await page.goto(`${topicPath(product, topic)}?from=oldest`)
    await expect(rowsOf(page, 'Messages')).toHaveCount(2)
    const file = await download(page, /^Parquet/)
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
    expect(await parquetReadObjects({ file: bytes })).toMatchObject([
      { value: { id: 9007199254740993n, total: 12.5 }, value_problem: null },
      { value: { id: 2n, total: 1, customer: 'c' } },
    ])
    await ask(page, 'value.id = 2')
    await expectCovered(page, '1 match')
    expect(await readAvro(await download(page, /^Avro/))).toMatchObject([
      { topic, offset: 1, value: { id: 2, customer: 'c' }, value_problem: null },
    ])
  })
})

// The schema registry in the console: a schema registered, an incompatible change refused and
// explained, two versions compared, fields with their docs, and deleting.

import { expect, test } from './fixtures.ts'

const order = (...fields: object[]) => JSON.stringify({ type: 'record', name: 'Order', fields })
const id = { name: 'id', type: 'long', doc: 'Its number.' }
const note = { name: 'note', type: ['null', 'string'], default: null }

test('a schema is registered, changed, compared and deleted', async ({ page, topic, product }) => {
  const subject = `${topic}-value`
  const dialog = page.getByRole('dialog')
  const check = async (text: string) => {
    await dialog.getByLabel('Schema', { exact: true }).fill(text)
    await dialog.getByRole('button', { name: 'Check' }).click()
  }
  await page.goto(`/clusters/${product.cluster}`)
  await page
    .getByRole('navigation', { name: 'Cluster' })
    .getByRole('link', { name: 'Schemas' })
    .click()
  await page.getByRole('button', { name: 'Register a schema' }).click()
  await dialog.getByLabel('Subject').fill(subject)
  await check(order(id))
  await dialog.getByRole('button', { name: 'Register' }).click()
  await expect(page).toHaveURL(new RegExp(`/schemas/${subject}$`))
  await expect(page.getByRole('table', { name: 'Fields' })).toContainText('Its number.')

  await page.getByRole('button', { name: 'New version' }).click()
  await check(order(id, { name: 'must', type: 'string' }))
  await expect(dialog).toContainText('not compatible')
  await expect(dialog).toContainText('READER_FIELD_MISSING_DEFAULT_VALUE')
  await expect(dialog.getByRole('button', { name: 'Register' })).toHaveCount(0)
  await check(order(id, note))
  await dialog.getByRole('button', { name: 'Register' }).click()

  await expect(page.getByLabel('Version', { exact: true })).toHaveValue('2')
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'From version 1 to 2' })
  await expect(changes).toContainText('added:')
  await expect(changes).toContainText('"note"')

  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByLabel(`Type ${subject} to confirm`).fill(subject)
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/clusters/${product.cluster}/schemas$`))
  await expect(page.getByRole('link', { name: subject })).toHaveCount(0)
})

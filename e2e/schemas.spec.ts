// The schema registry in the console: a schema registered, an incompatible change refused and
// explained, two versions compared, fields with their docs, and deleting.

import { expectNoSidewaysScroll, expectReadableByEverybody } from './axe.ts'
import { createTopic, expect, otherCluster, rowsOf, test } from './fixtures.ts'
import { register, serialised } from './schemas.ts'

test.skip(otherCluster !== undefined, 'the console alone has no registry')
// Each goes over many pages, one after the other.
test.setTimeout(240_000)

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
  await page.getByRole('button', { name: 'Register a schema' }).first().click()
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

  await remove('Delete')
  await expect(page.getByRole('link', { name: subject })).toHaveCount(0)

  // Deleted, but not for good: shown on request, and there again once it is registered again.
  await page.getByLabel('Deleted subjects').check()
  await page.getByRole('link', { name: subject }).click()
  await expect(page.getByRole('region', { name: 'Deleted' })).toContainText('not for good')
  await page.getByRole('button', { name: 'Register it again' }).click()
  await dialog.getByRole('button', { name: 'Check' }).click()
  await dialog.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('button', { name: 'New version' })).toBeVisible()

  await remove('Delete for good')
  await page.getByLabel('Deleted subjects').check()
  await expect(page.getByRole('link', { name: subject })).toHaveCount(0)

  async function remove(how: 'Delete' | 'Delete for good') {
    await page.getByRole('button', { name: 'Delete' }).click()
    if (how !== 'Delete') await dialog.getByLabel('For good').check()
    await dialog.getByLabel(`Type ${subject} to confirm`).fill(subject)
    await dialog.getByRole('button', { name: how, exact: true }).click()
    await expect(page).toHaveURL(new RegExp(`/clusters/${product.cluster}/schemas$`))
  }
})

test('references lead both ways, and keep what they need from being deleted', async ({
  page,
  topic,
  product,
}) => {
  const money = `${topic}-shop.Money`
  await serialised(product, topic, 'Avro: references to references')
  await page.goto(`/clusters/${product.cluster}/schemas/${topic}?tab=references`)
  const to = page.getByRole('region', { name: 'Refers to' })
  await expect(to.getByRole('listitem')).toHaveCount(2)
  await to.getByRole('link', { name: money }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(money)
  await page.getByRole('tab', { name: 'References' }).click()
  const by = page.getByRole('region', { name: 'Referred to by' })
  await expect(by.getByRole('link', { name: topic, exact: true })).toBeVisible()
  await expect(by.getByRole('link', { name: `${topic}-shop.Line` })).toBeVisible()
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('alert')).toContainText(`${topic} version 1`)
  await dialog.getByLabel(`Type ${money} to confirm`).fill(money)
  await expect(dialog.getByRole('button', { name: 'Delete', exact: true })).toBeDisabled()
})

test('a subject is found from anywhere, and its topic from it', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  const subject = `${topic}-value`
  await createTopic(kafka, topic)
  await register(product, subject, { type: 'AVRO', text: order(id) })
  await page.goto(`/clusters/${product.cluster}/brokers`)
  await page.keyboard.press('Control+k')
  await page.keyboard.type(subject)
  await page.getByRole('option', { name: subject, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(subject)
  await page.getByRole('main').getByRole('link', { name: topic, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(topic)
})

test('every page of schemas can be read by everybody, also on a phone', async ({
  page,
  topic,
  product,
}) => {
  await serialised(product, topic, 'Avro: references to references')
  const added = order(id, note)
  await register(product, `${topic}-order`, { type: 'AVRO', text: order(id) })
  await register(product, `${topic}-order`, { type: 'AVRO', text: added })
  const list = `/clusters/${product.cluster}/schemas`
  const addresses = [
    list,
    `${list}?create=true`,
    ...['fields', 'text', 'changes', 'references'].map(
      (tab) => `${list}/${topic}-order?tab=${tab}`,
    ),
    `${list}/${topic}?tab=references`,
  ]
  for (const address of addresses) {
    await test.step(address, async () => {
      await page.setViewportSize({ width: 1280, height: 720 })
      await page.goto(address)
      await expect(page.getByRole('heading').first()).toBeVisible()
      await expect(page.getByText(/^Loading /)).toHaveCount(0)
      await expectReadableByEverybody(page)
      await page.setViewportSize({ width: 375, height: 700 })
      await expectNoSidewaysScroll(page)
    })
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.goto(list)
  await expect(rowsOf(page, 'Subjects').filter({ hasText: `${topic}-order` })).toContainText('Avro')
})

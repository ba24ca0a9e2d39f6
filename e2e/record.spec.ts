// One record: what a click on its parts adds to the query, and what changed since the record
// before with the same key.

import { createTopic, expect, produce, recordPanel, test, topicPath } from './fixtures.ts'
import { expectCovered } from './query.ts'

test('a click on a value adds it to the query, exactly', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  // Ten pages, one after the other.
  test.setTimeout(240_000)
  const one = {
    order: { id: '<id>', note: 'says "so", \\ and é' },
    lines: [{ sku: 'a-1' }, { sku: 'b-2' }],
    paid: null,
    open: true,
  }
  const write = (change: object, id: bigint) =>
    JSON.stringify({ ...one, ...change }).replace('"<id>"', String(id))
  await createTopic(kafka, topic)
  await produce(kafka, topic, [
    { key: 'order 7', value: write({}, 9007199254740993n), headers: { 'trace id': 't-"1"' } },
    // The same number as a double, another number.
    { key: 'order 8', value: write({}, 9007199254740992n), headers: { 'trace id': 't-2' } },
    { key: 'order 9', value: write({ lines: [{ sku: 'c-3' }], paid: 1, open: false }, 5n) },
  ])
  const path = topicPath(product, topic)
  const panel = recordPanel(page)
  const menu = page.getByRole('menu')
  const clicks: [
    part: string,
    shown: string | RegExp,
    item: RegExp,
    match: string,
    matches: string,
  ][] = [
    ['value', '9007199254740993', /^Is 9/, 'value.order.id = 9007199254740993', '1 match'],
    ['value', '9007199254740993', /^Is not/, 'value.order.id != 9007199254740993', '2 matches'],
    ['value', /^"says/, /^Is says/, 'value.order.note = "says \\"so\\", \\\\ and é"', '3 matches'],
    ['value', '"b-2"', /^Is b/, 'value.lines[].sku = "b-2"', '2 matches'],
    ['value', '"b-2"', /^Is not/, 'not value.lines[].sku = "b-2"', '1 match'],
    ['value', 'null', /^Is null/, 'value.paid = null', '2 matches'],
    ['value', 'null', /^Is not/, 'value.paid != null', '1 match'],
    ['value', 'true', /^Is not/, 'value.open != true', '1 match'],
    ['headers', 't-"1"', /^Is t/, 'header["trace id"] = "t-\\"1\\""', '1 match'],
    ['key', 'Look for this key', /^Is not/, 'key != "order 7"', '2 matches'],
  ]
  for (const [part, shown, item, match, matches] of clicks) {
    await test.step(match, async () => {
      await page.goto(`${path}?record=0-0&part=${part}`)
      await panel.getByRole('button', { name: shown, exact: true }).click()
      await menu.getByRole('menuitem', { name: item }).click()
      await expect(page).toHaveURL((url) => url.searchParams.get('match') === match)
      await expectCovered(page, matches)
    })
  }
})

test('a record is compared with the one before it that has its key', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  const others = Array.from({ length: 500 }, (_, number) => ({ key: `o-${number}`, value: '{}' }))
  await produce(kafka, topic, [
    { key: 'c-1', value: '{"name":"River","id":9007199254740993,"tags":["a"]}' },
    ...others,
    {
      key: 'c-1',
      value: '{"name":"River","id":9007199254740992,"tags":["a","b"]}',
      headers: { by: 'hand' },
    },
    { key: 'c-1', value: null },
  ])
  await page.goto(`${topicPath(product, topic)}?record=0-501`)
  const panel = recordPanel(page)
  await panel.getByRole('tab', { name: 'Diff' }).click()
  const changes = panel.getByRole('region', { name: 'Changes of the value' })
  await expect(panel).toContainText('Compared with offset 0')
  await expect(changes).toContainText('removed: "id": 9007199254740993')
  await expect(changes).toContainText('added: "id": 9007199254740992')
  await expect(changes).toContainText('added: "b"')
  await expect(panel.getByRole('region', { name: 'Changes of the headers' })).toContainText(
    'by: hand',
  )
  await panel.getByRole('button', { name: 'Next record of the partition' }).click()
  await expect(panel).toContainText('The value was json, and is a tombstone now')
  await panel.getByRole('button', { name: 'Open it' }).click()
  await expect(page).toHaveURL(/record=0-501/)
  await page.goto(`${topicPath(product, topic)}?record=0-0&part=diff`)
  await expect(panel).toContainText('No record before has this key')
})

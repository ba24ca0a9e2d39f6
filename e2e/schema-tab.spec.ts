// What the payload of a topic is documented to be: the fields of its schema with docs and examples,
// or, without a schema, what its records have in them; readable on a phone as well.

import { expectNoSidewaysScroll, expectReadableByEverybody } from './axe.ts'
import {
  createTopic,
  expect,
  otherCluster,
  produce,
  rowsOf,
  table,
  test,
  topicPath,
} from './fixtures.ts'
import { flights } from './real-data.ts'
import { framed, register, serialised } from './schemas.ts'

test('a topic of plain JSON has a schema that is inferred from its records', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  const records = flights().slice(0, 1500)
  await createTopic(kafka, topic, 2)
  await produce(kafka, topic, records)
  await page.goto(`${topicPath(product, topic)}?tab=schema`)
  const value = page.getByRole('region', { name: 'Value' })
  await expect(value.getByText('inferred')).toBeVisible()
  await expect(page.getByText(/from the 1,000 newest records, written /)).toBeVisible()
  const fields = rowsOf(page, 'Inferred fields of the value')
  const distance = fields.filter({ hasText: 'distance' })
  await expect(distance).toContainText('integer')
  await expect(distance).toContainText('100 %')
  await expect(distance).toContainText(/\d+ to \d+ · [\d,]+ distinct values/)
  await expectReadableByEverybody(page)
  await page.setViewportSize({ width: 375, height: 800 })
  await expect(distance).toBeVisible()
  await expectNoSidewaysScroll(page)
})

test('gaps, ranges, formats and hostile names are told exactly', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const records = Array.from({ length: 40 }, (_, n) => ({
    key: uuid(n),
    value: JSON.stringify({
      big: '<big>',
      at: new Date(1_700_000_000_000 + n).toISOString(),
      note: n % 4 === 0 ? null : 'x',
      ...(n % 2 === 0 ? { half: '' } : {}),
      '<b>__proto__': { [uuid(n)]: 1 },
    }).replace('"<big>"', String(2n ** 63n - 1n - BigInt(n))),
  }))
  await produce(kafka, topic, records)
  await page.goto(`${topicPath(product, topic)}?tab=schema`)
  const row = (name: string) =>
    rowsOf(page, 'Inferred fields of the value').filter({
      has: page.getByRole('rowheader', { name, exact: true }),
    })
  await expect(row('big')).toContainText('9223372036854775768 to 9223372036854775807')
  await expect(row('at')).toContainText('date-time')
  await expect(row('at')).toContainText('2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.039Z')
  await expect(row('note')).toContainText('text 75 %, null 25 %')
  await expect(row('note')).toContainText('10 null of 40')
  await expect(row('half')).toContainText('20 missing of 40')
  await expect(row('half')).toContainText('20 empty')
  await expect(row('<b>__proto__')).toContainText('map')
  await expect(row('<b>__proto__')).toContainText('40 names')
  await expect(rowsOf(page, 'Inferred fields of the key')).toContainText('uuid')
})

test.describe('by a schema', () => {
  test.skip(otherCluster !== undefined, 'the console alone has no registry')

  test('fields have docs, and examples from recent records', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    const text = JSON.stringify({
      type: 'record',
      name: 'Reading',
      doc: 'What a gauge measured.',
      fields: [
        { name: 'gauge', type: 'string', doc: 'Which gauge.' },
        { name: 'level', type: 'long', doc: 'In millimetres.', default: 0 },
        { name: 'note', type: ['null', 'string'], default: null },
      ],
    })
    const id = await register(product, `${topic}-value`, { type: 'AVRO', text })
    await createTopic(kafka, topic)
    // A text of one letter, a long, and the null of the union.
    const values = [1, 2, 3].map((level) => framed(id, Buffer.from([2, 0x41, level * 2, 0])))
    await produce(kafka, topic, [...values.map((value) => ({ value })), { value: null }])
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${topicPath(product, topic)}?tab=schema`)
    const fields = rowsOf(page, 'Fields of the value')
    await expect(fields.filter({ hasText: 'level' })).toContainText('In millimetres.')
    await expect(fields.filter({ hasText: 'level' })).toContainText('1 to 3 · all 3 distinct')
    await expect(fields.filter({ hasText: 'gauge' })).toContainText('always the same')
    await expect(fields.filter({ hasText: 'note' })).toContainText('3 null of 3')
    await expect(page.getByText('What a gauge measured.')).toBeVisible()
    await expect(page.getByText(/Values read: 3 by Reading .* · 1 null/)).toBeVisible()
    // However many subjects there are, they are not listed for it.
    expect(asked.filter((path) => path.endsWith('/schemas') && !path.includes('/topics/'))).toEqual(
      [],
    )
    await expectReadableByEverybody(page)
    await page.getByRole('link', { name: `${topic}-value` }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${topic}-value`)
  })

  test('a Protobuf file with several messages shows the one that is chosen', async ({
    page,
    kafka,
    topic,
    product,
  }) => {
    const value = await serialised(product, `${topic}-value`, 'Protobuf: everything')
    await createTopic(kafka, topic)
    await produce(kafka, topic, [{ value }])
    await page.goto(`${topicPath(product, topic)}?tab=schema`)
    // Not the first of the file: the one that records are written by.
    await expect(page.getByLabel('Message of the value')).toHaveValue('golden.Everything')
    await expect(table(page, 'Fields of the value')).toContainText('18446744073709551615')
    await page.getByLabel('Message of the value').selectOption('golden.First')
    await expect(table(page, 'Fields of the value')).not.toContainText('colours')
    await expect(page).toHaveURL(/value-message=golden\.First/)
  })
})

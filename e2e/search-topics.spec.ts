// Several topics at once, by keyboard alone: where did order 4711 go.

import { createTopic, expect, produce, rowsOf, test } from './fixtures.ts'
import { endOf, expectCovered, openMatch } from './query.ts'

test('an order is followed over several topics, in the order of time, by keyboard', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  const stations = ['placed', 'paid', 'shipped']
  for (const [at, station] of stations.entries()) {
    await createTopic(kafka, `${topic}-${station}`, 2)
    await produce(
      kafka,
      `${topic}-${station}`,
      Array.from({ length: 200 }, (_, number) => ({
        key: `order-${4600 + number}`,
        value: JSON.stringify({ order: 4600 + number, station }),
        partition: number % 2,
        timestamp: String(1_700_000_000_000 + number * 10 + at),
      })),
    )
  }
  await page.goto(`/clusters/${product.cluster}/topics`)
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(page.getByRole('heading', { name: 'Search' })).toBeVisible()
  await page.getByRole('combobox', { name: 'Topics' }).focus()
  await page.keyboard.type(`${topic}-*`)
  await page.keyboard.press('Enter')
  await openMatch(page)
  await page.keyboard.type('value.order = 4711')
  await page.keyboard.press('Enter')
  await expectCovered(page, '3 matches')
  const rows = rowsOf(page, 'Messages')
  await expect(rows).toHaveCount(3)
  for (const [at, station] of stations.toReversed().entries()) {
    await expect(rows.nth(at)).toContainText(`${topic}-${station}`)
  }
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.searchParams.get('record')?.includes(':1-') === true)
  await expect(page.getByRole('complementary', { name: /Record 55/ })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('complementary', { name: /Record 55/ })).toBeVisible()
  await expect(endOf(page)).toContainText('3 matches')
})

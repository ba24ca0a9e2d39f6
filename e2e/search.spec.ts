// Searching a topic: every kind of match in both directions, steering, links, mistakes, fields.

import type { Page } from '@playwright/test'
import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import { ask, endOf, expectCovered, openMatch } from './query.ts'
import { flights } from './real-data.ts'

const count = 3000
const orders = Array.from({ length: count }, (_, number) => ({
  key: `order-${number}`,
  value:
    number % 1000 === 7
      ? null
      : JSON.stringify({
          number,
          exact: '<exact>',
          customer: { name: number === 1234 ? 'Straße' : 'River' },
          lines: [{ sku: `s-${number % 500}` }, { sku: 'every' }],
        }).replace('"<exact>"', String(9007199254740993n + BigInt(number))),
  partition: number % 3,
  timestamp: String(1_700_000_000_000 + number * 1000),
  headers: number % 100 === 0 ? { trace: `t-${number}` } : {},
}))

/** [the match, how many, the number of the newest and of the oldest] */
const kinds: readonly [match: string, matches: number, newest: string, oldest: string][] = [
  ['"order-2999"', 1, 'order-2999', 'order-2999'],
  ['~"STRASSE" or ~"sTRAßE"', 1, 'order-1234', 'order-1234'],
  ['/"number":29[0-3]\\d,/', 40, 'order-2939', 'order-2900'],
  ['key matches /^order-1?0$/', 2, 'order-10', 'order-0'],
  ['value.number >= 2998', 2, 'order-2999', 'order-2998'],
  // Two neighbours that are the same number as doubles.
  ['value.exact = 9007199254740994', 1, 'order-1', 'order-1'],
  ['value.lines[].sku = "s-499" and not value.number < 2000', 2, 'order-2999', 'order-2499'],
  ['value.customer.name contains "raß"', 1, 'order-1234', 'order-1234'],
  ['header.trace exists and value.number > 2700', 2, 'order-2900', 'order-2800'],
  ['value is tombstone', 3, 'order-2007', 'order-7'],
  ['js: value.number > 100 && key.endsWith("999")', 3, 'order-2999', 'order-999'],
]

test('every kind of match finds the same in both directions', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 3)
  await produce(kafka, topic, orders)
  await page.goto(topicPath(product, topic))
  const rows = rowsOf(page, 'Messages')
  for (const [match, matches, newest] of kinds) {
    await ask(page, match)
    await expectCovered(page, plural(matches))
    await expect(rows.first()).toContainText(newest)
  }
  await page.getByLabel('Start').selectOption('oldest')
  for (const [match, matches, , oldest] of kinds) {
    await ask(page, match)
    await expectCovered(page, plural(matches))
    await expect(rows.first()).toContainText(oldest)
  }
})

function plural(matches: number): string {
  return matches === 1 ? '1 match' : `${matches} matches`
}

test('a page of a search goes on where the one before ended', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 3)
  await produce(kafka, topic, orders)
  await page.goto(
    `${topicPath(product, topic)}?limit=20&match=${encodeURIComponent('/order-1\\d\\d\\d$/')}`,
  )
  const rows = rowsOf(page, 'Messages')
  await expect(endOf(page)).toContainText('The page is full: 20 matches')
  await expect(rows.first()).toContainText('order-1999')
  await page.getByRole('button', { name: 'Older' }).click()
  await expect(rows.first()).toContainText('order-1979')
  const second = page.url()
  await page.getByRole('button', { name: 'Newer' }).click()
  await expect(rows.first()).toContainText('order-1999')
  await page.goto(second)
  await expect(rows.first()).toContainText('order-1979')
})

test('a link to a search shows the same after a restart', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 3)
  await produce(kafka, topic, orders)
  await page.goto(`${topicPath(product, topic)}?from=oldest`)
  await ask(page, 'value.number > 500 and header.trace exists')
  await expectCovered(page, '24 matches')
  const rows = rowsOf(page, 'Messages')
  await rows.nth(2).click()
  await expect(recordPanel(page)).toContainText('800')
  const link = page.url()
  // The table draws the rows that are on screen and some more; how many more may differ.
  const before = (await rows.allInnerTexts()).slice(0, 10)
  await page.goto('about:blank')
  await product.restart()
  await page.goto(link)
  await expectCovered(page, '24 matches')
  await expect(recordPanel(page)).toContainText('800')
  await expect.poll(async () => (await rows.allInnerTexts()).slice(0, 10)).toEqual(before)
})

test('a mistake in a query is shown at its character, and nothing is asked', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ value: '{"amount":1}' }])
  await page.goto(topicPath(product, topic))
  await (await openMatch(page)).fill('value.amount > and')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Character 16: .*missing/)).toBeVisible()
  await expect(page.locator('.cm-lintRange-error')).toHaveText('and')
  await expect(page).not.toHaveURL(/match=/)
})

test('a mistake that the server alone finds is underlined where it is', async ({
  page,
  kafka,
  topic,
  product,
  expectedErrors,
}) => {
  expectedErrors.push(/400/)
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ value: '{"amount":1}' }])
  await page.goto(topicPath(product, topic))
  await ask(page, 'js: value.amount ?? ] 3')
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('Character 21: The script cannot be run')
  await expect(page.locator('.cm-lintRange-error')).toHaveText(']')
  // Also for who comes by the link, and has not touched the line.
  await page.reload()
  await expect(page.locator('.cm-lintRange-error')).toHaveText(']')
  await ask(page, 'js: value.amount === 1')
  await expectCovered(page, '1 match')
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0)
})

test('a search is paused before it has begun, and stopped', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 3)
  await produce(kafka, topic, orders)
  await page.goto(topicPath(product, topic))
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/search\?/, async (route) => {
    await held
    await route.continue()
  })
  await ask(page, 'value.number >= 0')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  const steered = page.waitForResponse(
    (response) => response.request().postDataJSON()?.action === 'pause',
  )
  release()
  expect((await (await steered).json()).paused).toBe(true)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(endOf(page)).toContainText(/The page is full|Everything was covered/)

  await page.route(/\/search\?/, () => new Promise(() => {}))
  await ask(page, 'value.number >= 1')
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText('Stopped before it began: nothing was covered.')).toBeVisible()
})

test.describe('a search that takes long', () => {
  /** About a tenth of a millisecond a record. */
  const slow = 'js: ((n) => { for (let i = 0; i < 3000; i++) n += i; return n < 0 })(key.length)'

  test('is paused, resumed and stopped by keyboard', async ({ page, kafka, topic, product }) => {
    await createTopic(kafka, topic, 3)
    for (let round = 0; round < 20; round++) await produce(kafka, topic, orders)
    await page.goto(topicPath(product, topic))
    await ask(page, slow)
    await expect(page.getByText('Searching', { exact: true })).toBeVisible()
    // It can be steered once the server has given it a name.
    await expect(page.getByRole('button', { name: 'Pause' })).toBeEnabled()
    await page.getByRole('button', { name: 'Pause' }).press('Enter')
    await expect(page.getByText('Paused', { exact: true })).toBeVisible()
    const examined = page.getByText(/[\d.,]+k? records, /)
    await settled(page, examined)
    const held = (await examined.textContent()) ?? ''
    await page.waitForTimeout(700)
    expect(await examined.textContent()).toBe(held)
    await page.getByRole('button', { name: 'Resume' }).press('Enter')
    await expect(page.getByText('Searching', { exact: true })).toBeVisible()
    await expect(examined).not.toHaveText(held)
    await page.getByRole('button', { name: 'Stop' }).press('Enter')
    await expect(endOf(page)).toContainText('Stopped before everything was covered')
  })

  /** What was under way when it paused has arrived. */
  async function settled(page: Page, shown: ReturnType<Page['getByText']>): Promise<void> {
    await expect(async () => {
      const first = await shown.textContent()
      await page.waitForTimeout(2_000)
      expect(await shown.textContent()).toBe(first)
    }).toPass()
  }
})

test('a script that never ends, eats memory or reaches outside is told, and the rest is shown', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(
    kafka,
    topic,
    orders.slice(0, 20).map((one) => ({ ...one, partition: 0 })),
  )
  await page.goto(topicPath(product, topic))
  const main = page.getByRole('main')
  await ask(page, 'js: value.number === 3 || (() => { for (;;); })()')
  await expect(main).toContainText(/did not end within/)
  await expect(endOf(page)).toContainText(/match/)
  await ask(page, 'js: (() => { const all = []; for (;;) all.push("x".repeat(1000000)) })()')
  await expect(main).toContainText(/more memory than it may have/)
  await ask(page, 'js: (function deeper() { return deeper() + 1 })()')
  await expect(main).toContainText(/stack overflow/)
  await ask(page, 'js: process.exit(1)')
  await expect(main).toContainText(/process'? is not defined/)
  await ask(page, 'value.number = 3')
  await expectCovered(page, '1 match')
})

test('fields complete while a query is typed', async ({ page, kafka, topic, product }) => {
  const thousand = flights().slice(0, 1000)
  await createTopic(kafka, topic)
  await produce(kafka, topic, thousand)
  await page.goto(topicPath(product, topic))
  await page.getByRole('button', { name: 'Form', exact: true }).click()
  await openMatch(page)
  await page.keyboard.type('value.di')
  const option = page.getByRole('option', { name: /distance/ })
  await expect(option).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(option).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  // Behind a field come the comparisons.
  await expect(page.getByRole('option', { name: /^>= ?at least/ })).toBeVisible()
  await page.keyboard.type('> 2500')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.searchParams.get('match') === 'value.distance > 2500')
  const far = thousand.filter((one) => JSON.parse(String(one.value)).distance > 2500).length
  expect(far).toBeGreaterThan(0)
  await expectCovered(page, plural(far))
})

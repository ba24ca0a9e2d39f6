// The whole way by keyboard alone: to the query line, through completion, to the matches, into a
// record and its menus, and back. Focus is always somewhere, and to be seen.

import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { createTopic, expect, produce, recordPanel, rowsOf, test, topicPath } from './fixtures.ts'
import { expectCovered, matchLine } from './query.ts'

test('a record is found, opened, read and left without a mouse', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  // Some hundred keys, one after the other.
  test.setTimeout(180_000)
  await createTopic(kafka, topic)
  await produce(
    kafka,
    topic,
    Array.from({ length: 40 }, (_, number) => ({
      key: `k-${number}`,
      value: JSON.stringify({ number, river: number % 2 === 0 ? 'Elbe' : 'Oder' }),
    })),
  )
  await page.goto(topicPath(product, topic))
  await expect(rowsOf(page, 'Messages').first()).toBeVisible()
  await page.keyboard.press('/')
  await expect(matchLine(page)).toBeFocused()
  await expectSeen(page)
  await page.keyboard.type('value.ri')
  await expect(page.getByRole('option', { name: /value\.river/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.type('= "Elbe"')
  await page.keyboard.press('Enter')
  await expectCovered(page, '20 matches')

  // Out of the line, down two rows, up one, and into the record.
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  const panel = recordPanel(page)
  await expect(panel).toHaveAccessibleName('Record 38 of partition 0')
  await page.keyboard.press('j')
  await expect(panel).toHaveAccessibleName('Record 36 of partition 0')

  // The panel's own controls, and a value's menu.
  const value = panel.getByRole('button', { name: '"Elbe"' })
  await tabTo(page, value)
  await expectSeen(page)
  await page.keyboard.press('Enter')
  const menu = page.getByRole('menu')
  await expect(menu).toBeVisible()
  expect(await seriousOrRegion(page)).toEqual([])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(menu.getByRole('menuitem', { name: /^Is not/ })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(value).toBeFocused()
  await expect(panel).toBeVisible()
  await tabTo(page, panel.getByRole('tab', { name: 'Value' }), 'Shift+Tab')
  await page.keyboard.press('ArrowRight')
  await expect(panel).toContainText('k-36')

  // Escape closes the record; the rows are where they were.
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(panel).toHaveAccessibleName('Record 34 of partition 0')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await expect(matchLine(page)).toBeFocused()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('key = "k-7"')
  await page.keyboard.press('Enter')
  await expectCovered(page, '1 match')
})

test('menus of the query line stand inside the page, and close where they were opened', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'k', value: '{"a":1}' }])
  await page.goto(topicPath(product, topic))
  for (const name of ['Columns', 'Export', 'More']) {
    await test.step(name, async () => {
      const button = page.getByRole('button', { name, exact: true })
      await button.focus()
      await page.keyboard.press('Enter')
      await expect(page.getByRole('menu')).toBeVisible()
      expect(await seriousOrRegion(page)).toEqual([])
      await page.keyboard.press('Escape')
      await expect(button).toBeFocused()
    })
  }
})

async function tabTo(page: Page, wanted: Locator, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(wanted).toBeFocused()
}

/** What has the focus, or the frame around it, is outlined. */
async function expectSeen(page: Page): Promise<void> {
  const outlined = await page.evaluate(() => {
    for (let at = document.activeElement; at !== null; at = at.parentElement) {
      const { outlineStyle, outlineWidth } = getComputedStyle(at)
      if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) return true
      if (at.tagName === 'MAIN') return false
    }
    return false
  })
  expect(outlined, 'the focus can be seen').toBe(true)
}

async function seriousOrRegion(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ id, impact }) => id === 'region' || impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

// Steps of a search that several journeys share: typing a query, and what stands at its end.

import { expect, type Locator, type Page } from '@playwright/test'

/** The editor of the match, which is there once the line has been used. */
export function matchLine(page: Page): Locator {
  return page.locator('[contenteditable]').and(page.getByRole('textbox', { name: 'Match' }))
}

/** Goes to the line, and waits for its editor. */
export async function openMatch(page: Page): Promise<Locator> {
  await page.getByRole('textbox', { name: 'Match' }).focus()
  const line = matchLine(page)
  await expect(line).toBeFocused()
  return line
}

/** Types the match and asks. */
export async function ask(page: Page, match: string): Promise<void> {
  const line = await openMatch(page)
  await line.fill(match)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.searchParams.get('match') === match)
}

/** The sentence in which a search ends, or in which it says how far it is. */
export function endOf(page: Page): Locator {
  return page.getByRole('status').filter({ hasText: /\d+ (match|message)/ })
}

export async function expectCovered(page: Page, matches: string): Promise<void> {
  await expect(endOf(page)).toContainText(`Everything was covered: ${matches} in`)
}

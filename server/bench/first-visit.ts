// What the first visit of a topic's page costs a browser with an empty cache: requests, bytes on
// the wire, time until the messages are there.

import { chromium } from '@playwright/test'
import { findBrowser } from '../tooling/browser.js'

export interface FirstVisit {
  requests: number
  kilobytes: number
  ms: number
}

export async function measureFirstVisit(
  url: string,
  cluster: string,
  topic: string,
): Promise<FirstVisit | undefined> {
  const executablePath = await findBrowser()
  if (executablePath === undefined) return undefined
  const browser = await chromium.launch({ executablePath })
  try {
    const page = await browser.newPage()
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    let requests = 0
    let bytes = 0
    session.on('Network.responseReceived', () => {
      requests++
    })
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    const startedAt = performance.now()
    await page.goto(`${url}/clusters/${cluster}/topics/${topic}`)
    await page.getByRole('table', { name: 'Messages', exact: true }).locator('td').first().waitFor()
    const ms = performance.now() - startedAt
    // Fonts and what the page prefetches come after the first rows.
    await page.waitForTimeout(2000)
    return { requests, kilobytes: bytes / 1000, ms }
  } finally {
    await browser.close()
  }
}

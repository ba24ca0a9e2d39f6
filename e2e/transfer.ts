// Steps of sending and importing that several journeys share.

import { expect, type Locator, type Page } from '@playwright/test'
import type { Kafka } from 'kafkajs'
import { createTopic, topicPath } from './fixtures.ts'
import type { Product } from './product.ts'

/** Opens a dialog of the menu beside the query. */
export async function choose(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  return dialog
}

/** A new topic of one partition, with its messages on the page. */
export async function openNewTopic(
  page: Page,
  { kafka, topic, product }: { kafka: Kafka; topic: string; product: Product },
): Promise<void> {
  await createTopic(kafka, topic)
  await page.goto(topicPath(product, topic))
}

/** The dialog of an import, with a file in it. */
export async function importFile(
  page: Page,
  { name, text }: { name: string; text: string },
): Promise<Locator> {
  const dialog = await choose(page, 'Import a file')
  const mimeType = name.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson'
  await dialog.getByLabel('File').setInputFiles({ name, mimeType, buffer: Buffer.from(text) })
  return dialog
}

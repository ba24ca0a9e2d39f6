// The first five minutes: a console without data, the first topic, the first message.

import { expect, kafkaOf, otherCluster, produce, rowsOf, test } from './fixtures.ts'
import { type Product, startProduct } from './product.ts'

test.describe('a first start', () => {
  test.skip(otherCluster !== undefined, 'another cluster may hold topics already')
  let fresh: Product
  test.beforeAll(async () => {
    fresh = await startProduct()
  })
  test.afterAll(() => fresh.stop())

  test('leads from nothing to a message on screen', async ({ page, topic }) => {
    await page.goto(fresh.url)
    await expect(page).toHaveURL(`${fresh.url}/clusters/embedded`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

    const places = page.getByRole('navigation', { name: 'Cluster' })
    await places.getByRole('link', { name: 'Topics' }).click()
    await expect(page.getByRole('heading', { name: 'No topics yet' })).toBeVisible()

    const main = page.getByRole('region', { name: 'No topics yet' })
    await main.getByRole('button', { name: 'Create topic' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(topic)
    await dialog.getByLabel('Partitions').fill('2')
    await dialog.getByRole('button', { name: 'Review' }).click()
    await expect(dialog.getByText('2 partitions with 3 replicas each')).toBeVisible()
    await dialog.getByRole('button', { name: 'Create topic' }).click()

    await expect(page).toHaveURL(`${fresh.url}/clusters/embedded/topics/${topic}`)
    await expect(page.getByRole('heading', { name: 'No messages yet' })).toBeVisible()
    // The command to copy has the real address.
    await expect(page.getByText(`-b ${fresh.bootstrap} -t ${topic}`)).toBeVisible()

    await produce(kafkaOf(fresh.bootstrap), topic, [{ key: 'first', value: '{"hello":"river"}' }])
    await expect(rowsOf(page, 'Messages')).toHaveCount(1)
    await expect(rowsOf(page, 'Messages')).toContainText('{"hello":"river"}')
    expect(fresh.output).not.toContain('rror')
  })
})

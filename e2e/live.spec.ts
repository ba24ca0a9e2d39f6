// What other programs do appears by itself: new messages, new topics, a consumer catching up.

import { createTopic, expect, produce, rowsOf, test, topicPath } from './fixtures.ts'

test('messages produced outside arrive in the live tail', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 2)
  await produce(kafka, topic, [{ value: 'before the tail' }])
  await page.goto(topicPath(product, topic))
  await page.getByRole('button', { name: 'Live tail' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  const rows = rowsOf(page, 'Messages as they arrive')

  await produce(kafka, topic, [{ value: 'one', partition: 0 }])
  await expect(rows).toHaveCount(1)
  await produce(kafka, topic, [{ value: 'two', partition: 1 }])
  await expect(rows.first()).toContainText('two')
  await expect(rows.filter({ hasText: 'before the tail' })).toHaveCount(0)

  await page.getByRole('button', { name: 'Pause' }).click()
  await produce(kafka, topic, [{ value: 'three', partition: 0 }])
  await expect(page.getByText('Rows held')).toBeVisible()
  await expect(rows).toHaveCount(2)
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(rows.first()).toContainText('three')
})

test('a topic made elsewhere appears in the list', async ({ page, kafka, topic, product }) => {
  await page.goto(`/clusters/${product.cluster}/topics?q=${topic}`)
  await expect(page.getByText('Loading topics')).toBeHidden()
  await createTopic(kafka, topic, 4)
  await produce(kafka, topic, [{ value: 'x' }])
  await expect(rowsOf(page, 'Topics').filter({ hasText: topic })).toBeVisible()
})

test('the lag of a group moves as its consumer catches up', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  const groupId = `group-of-${topic}`
  await createTopic(kafka, topic)
  await produce(
    kafka,
    topic,
    Array.from({ length: 40 }, (_, index) => ({ value: `v${index}` })),
  )
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000 })
  const target = { count: 10 }
  let wake: () => void = () => undefined
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let consumed = 0
  await consumer.run({
    autoCommitThreshold: 1,
    eachMessage: async () => {
      // Stands still at each target until the journey lets it go on.
      while (consumed >= target.count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      consumed++
    },
  })
  try {
    await page.goto(`/clusters/${product.cluster}/groups`)
    const row = rowsOf(page, 'Groups').filter({ hasText: groupId })
    await expect(row.getByRole('cell', { name: '30', exact: true })).toBeVisible()
    await row.getByRole('link', { name: groupId }).click()
    await expect(page.getByRole('heading', { name: groupId })).toBeVisible()
    await expect(page.getByText('30 behind')).toBeVisible()
    await expect(rowsOf(page, 'Members')).toHaveCount(1)

    target.count = 40
    wake()
    await expect(page.getByText('0 behind', { exact: true })).toBeVisible()
    await page.goto(`/clusters/${product.cluster}/groups`)
    await expect(row.getByRole('cell', { name: '0', exact: true })).toBeVisible()
  } finally {
    target.count = Number.POSITIVE_INFINITY
    wake()
    await consumer.disconnect()
  }
})

test('a live search shows a sample of what matches, says of how much, and is held by pause', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 3)
  const producer = kafka.producer()
  await producer.connect()
  let sent = 0
  const flow = setInterval(() => {
    const messages = Array.from({ length: 60 }, () => {
      sent++
      return { key: sent % 2 === 0 ? 'even' : 'odd', value: `v${sent}`, partition: sent % 3 }
    })
    void producer.send({ topic, messages }).catch(() => undefined)
  }, 100)
  try {
    await page.goto(
      `${topicPath(product, topic)}?live=true&match=${encodeURIComponent('key = "odd"')}`,
    )
    const sample = page.getByText(/^showing \d+ of [\d,]+\/s that match, [\d,]+\/s arrive$/)
    await expect
      .poll(async () => {
        const [, shown, matched, arrived] =
          /showing (\d+) of ([\d,]+)\/s that match, ([\d,]+)/.exec(
            (await sample.textContent()) ?? '',
          ) ?? []
        const of = Number(matched?.replaceAll(',', ''))
        return Number(shown) <= 50 && of > 60 && Number(arrived?.replaceAll(',', '')) > of
      })
      .toBe(true)
    const rows = rowsOf(page, 'Messages as they arrive')
    await expect(rows.first()).toContainText('odd')
    await expect(rows.filter({ hasText: 'even' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Paused', { exact: true })).toBeVisible()
    await page.waitForTimeout(500)
    const held = await rows.first().textContent()
    await page.waitForTimeout(1000)
    expect(await rows.first().textContent()).toBe(held)
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(rows.first()).not.toHaveText(held ?? '')
  } finally {
    clearInterval(flow)
    await producer.disconnect()
  }
})

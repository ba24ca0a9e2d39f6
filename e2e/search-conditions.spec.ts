// Conditions that would do harm: expressions that never come to an end, and scripts that reach for
// the outside. Each costs its own search, and nobody else anything.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTopic, expect, produce, rowsOf, test, topicPath } from './fixtures.ts'
import { ask, endOf, expectCovered } from './query.ts'

// How long a condition may work is counted in processor time.
test.slow()

test('a regular expression that never ends is ended, beside searches that go on', async ({
  page,
  context,
  kafka,
  topic,
  product,
}) => {
  await createTopic(kafka, topic, 2)
  await produce(kafka, topic, [
    { key: 'long', value: `${'a'.repeat(5_000)}!`, partition: 0 },
    { key: 'short', value: 'aaa', partition: 1 },
  ])
  await page.goto(topicPath(product, topic))
  await ask(page, 'value matches /(a+)+$/')
  const other = await context.newPage()
  await other.goto(topicPath(product, topic))
  for (let time = 0; time < 3; time++) {
    await ask(other, `"aaa" and not key = "${time}"`)
    await expectCovered(other, '2 matches')
  }
  await other.close()
  await expect(endOf(page)).toContainText('Not everything was covered', { timeout: 130_000 })
  await expect(endOf(page)).toContainText(/did not come to an end within/)
  // Its thread was replaced.
  await ask(page, 'value matches /^a+$/')
  await expectCovered(page, '1 match')
})

test('an expression in a link holds up no tab', async ({
  page,
  kafka,
  topic,
  product,
  expectedErrors,
}) => {
  // No topic is named like the pattern.
  expectedErrors.push(/404/)
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'found', value: 'a'.repeat(60_000) }])
  // The text is tried first, so the record is found; what of it could be marked is another matter.
  const never = `/${'a?'.repeat(40)}${'a'.repeat(40)}b/`
  const match = `"found" or ${never}`
  await page.goto(`${topicPath(product, topic)}?match=${encodeURIComponent(match)}`)
  await expectCovered(page, '1 match')
  await rowsOf(page, 'Messages').first().click()
  await expect(page.getByRole('complementary', { name: /^Record / })).toContainText('aaaa')
  await page.goto(`/clusters/${product.cluster}/search?topics=${'*a'.repeat(40)}*0`)
  await expect(page.getByRole('heading', { name: 'Search' })).toBeVisible()
})

test('a script reaches neither files, network, process nor other code', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  let visits = 0
  const server = createServer((_, response) => {
    visits++
    response.end('here')
  }).listen(0, '127.0.0.1')
  await expect.poll(() => server.address()).not.toBeNull()
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await createTopic(kafka, topic)
  await produce(kafka, topic, [{ key: 'one', value: '{"a":1}' }])
  await page.goto(topicPath(product, topic))
  for (const [source, told] of [
    [`fetch("${address}")`, /'?fetch'? is not defined/],
    ['require("node:fs").readdirSync("/").length > 0', /'?require'? is not defined/],
    ['process.env.HOME !== undefined', /'?process'? is not defined/],
    ['value.constructor.constructor("return process")().pid > 0', /'?process'? is not defined/],
    [`new WebSocket("${address}")`, /'?WebSocket'? is not defined/],
    ['new Worker("data:,")', /'?Worker'? is not defined/],
    ['setTimeout(() => {}, 0)', /'?setTimeout'? is not defined/],
    ['globalThis.process = 1', /read-only|extensible|not an object|frozen/],
  ] as const) {
    await ask(page, `js: ${source}`)
    await expect(page.getByRole('main')).toContainText(told)
    await expectCovered(page, '0 matches')
  }
  // A module that cannot be loaded is a promise that nobody keeps: it is no match.
  await ask(page, `js: (import("node:fs"), import("${address}"), false)`)
  await expect(endOf(page)).toContainText('0 matches')
  await ask(page, 'js: value.a === 1')
  await expectCovered(page, '1 match')
  expect(visits).toBe(0)
  server.close()
})

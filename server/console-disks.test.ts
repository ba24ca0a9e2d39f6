// What the console says of a broker whose disk has failed: in the list of brokers, in the overview,
// and to those who watch. It learns of it as from any cluster, by DescribeLogDirs.

import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { liveEvent, routes } from '../lib/contracts/index.ts'
import { type Console, createConsole } from './console/console.ts'
import { createTopic } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

const BROKEN = 2

let cluster: TestCluster
let console: Console

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 3 })
  console = createConsole({
    version: 'test',
    runtime: cluster.runtime,
    clusters: [{ name: 'test', bootstrap: [`127.0.0.1:${cluster.broker(1).port}`] }],
  })
})
afterAll(async () => {
  await console.close()
  await cluster.stop()
})

const base = 'http://localhost/api/clusters/test'
const fetch = (path: string) => console.fetch(new Request(base + path))
const listBrokers = async () =>
  routes.listBrokers.answer.parse(await (await fetch('/brokers')).json()).brokers
const overview = async () => routes.getOverview.answer.parse(await (await fetch('')).json())
const offline = async () =>
  (await listBrokers()).map(({ logDirectories }) => logDirectories?.map((one) => one.offline))

it('names the log directory that is offline, and that it is back after a restart', async () => {
  const allOnline = [[false], [false], [false]]
  await expect.poll(offline, { timeout: 15_000 }).toEqual(allOnline)
  expect((await overview()).cluster.status).toBe('ready')

  const folder = join(cluster.folder, `broker-${BROKEN}`)
  const aside = `${folder}-aside`
  renameSync(folder, aside)
  writeFileSync(folder, 'a file where the folder was')
  // A new log has to make its folder, which fails.
  await createTopic(cluster.connect(1), 'unlucky')
  await expect.poll(offline, { timeout: 15_000 }).toEqual([[false], [true], [false]])
  const [, broker] = await listBrokers()
  expect(broker).toMatchObject({ id: BROKEN, logDirectories: [{ path: folder, offline: true }] })
  // It is there, and leads nothing.
  await expect.poll(async () => (await listBrokers())[1]?.leaders, { timeout: 15_000 }).toBe(0)
  const said = (await overview()).cluster
  expect(said.status).toBe('degraded')
  expect(said.problem?.message).toContain(`log directory ${folder} of broker ${BROKEN} offline`)

  const abort = new AbortController()
  const watched = await console.fetch(
    new Request(`${base}/live?watch=brokers`, { signal: abort.signal }),
  )
  const reader = (watched.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  while (!/\n\n/.test(text) || !text.includes('"brokers"')) {
    const { value, done } = await reader.read()
    if (done) break
    text += Buffer.from(value).toString()
  }
  abort.abort()
  const event = /^data: (.*"resource":"brokers".*)$/m.exec(text)?.[1]
  expect(JSON.stringify(liveEvent.parse(JSON.parse(event ?? 'null')))).toContain('"offline":true')

  await cluster.stopBroker(BROKEN)
  rmSync(folder)
  renameSync(aside, folder)
  // It names this process, which lives on.
  rmSync(join(folder, '.lock'), { force: true })
  await cluster.startBroker(BROKEN)
  await expect.poll(offline, { timeout: 15_000 }).toEqual(allOnline)
  await expect
    .poll(async () => (await overview()).cluster.status, { timeout: 15_000 })
    .toBe('ready')
}, 60_000)

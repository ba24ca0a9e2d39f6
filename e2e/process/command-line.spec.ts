// The program as a person starts and stops it, and what it says to mistakes.

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { createTopic, kafkaOf, produce } from '../fixtures.ts'
import { emptyFolder, run } from './run.ts'

const anyPorts = ['--port', '0', '--kafka-port', '0']

test('start, one Ctrl-C, and a second start that has everything', async () => {
  const cwd = emptyFolder()
  const first = run(anyPorts, cwd)
  const bootstrap = await first.row('Bootstrap servers')
  expect(bootstrap.split(',')).toHaveLength(3)
  expect(await first.row('Data folder')).toBe(join(cwd, 'data'))
  await createTopic(kafkaOf(bootstrap), 'kept', 2)
  await produce(kafkaOf(bootstrap), 'kept', [{ key: 'a', value: 'b' }])
  first.child.kill('SIGINT')
  expect(await first.end()).toBe(0)
  expect(first.errors()).toBe('')

  const second = run(anyPorts, cwd)
  const url = await second.row('Console')
  const messages = await fetch(`${url}/api/clusters/embedded/topics/kept/messages`)
  expect(await messages.text()).toContain('"text":"b"')
  second.child.kill('SIGTERM')
  expect(await second.end()).toBe(0)
})

test('an end in the middle of the start leaves a folder that starts', async () => {
  const cwd = emptyFolder()
  const early = run(anyPorts, cwd)
  await expect.poll(() => existsSync(join(cwd, 'data'))).toBe(true)
  early.child.kill('SIGTERM')
  expect(await early.end()).toBe(0)
  const later = run(['--kafka-port', '0', '--no-console'], cwd)
  await later.row('Bootstrap servers')
  expect(later.output()).not.toContain('Console')
  later.child.kill('SIGTERM')
  expect(await later.end()).toBe(0)
})

test('a data folder in use is left alone', async () => {
  const cwd = emptyFolder()
  const first = run(anyPorts, cwd)
  await first.row('Data folder')
  const second = run(anyPorts, cwd)
  expect(await second.end()).toBe(1)
  expectOneLine(second.errors(), 'data', /--data/)
  first.child.kill('SIGTERM')
  expect(await first.end()).toBe(0)
})

test('ports in use are named', async () => {
  const cwd = emptyFolder()
  const server = createServer().listen(0, '127.0.0.1')
  await expect.poll(() => server.address()).not.toBeNull()
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? String(address.port) : ''
  const busyConsole = run(['--port', port, '--kafka-port', '0'], cwd)
  expect(await busyConsole.end()).toBe(1)
  expectOneLine(busyConsole.errors(), port, /--port/)
  const busyBroker = run(['--port', '0', '--kafka-port', port], cwd)
  expect(await busyBroker.end()).toBe(1)
  expectOneLine(busyBroker.errors(), port, /--kafka-port/)
  server.close()
})

test('a folder that cannot be written is named, with the remedy', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'file'), 'not a folder')
  const blocked = run([...anyPorts, '--data', 'file/data'], cwd)
  expect(await blocked.end()).toBe(1)
  expectOneLine(blocked.errors(), join('file', 'data'), /--data/)
})

test('a broken config file is refused with line and field, before anything starts', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'c.yaml'), 'clusters:\n  - name: a\n    bootstap: h:1\n')
  const broken = run([...anyPorts, '--config', 'c.yaml'], cwd)
  expect(await broken.end()).toBe(2)
  expectOneLine(broken.errors(), 'c.yaml', /line 3, clusters\[0\]\.bootstap/)
  expect(readdirSync(cwd)).toEqual(['c.yaml'])
})

test('an unknown flag is named, before anything starts', async () => {
  const cwd = emptyFolder()
  const mistyped = run(['--prot', '1'], cwd)
  expect(await mistyped.end()).toBe(2)
  expectOneLine(mistyped.errors(), '--prot', /--help/)
  expect(readdirSync(cwd)).toEqual([])
})

test('a console alone shows the clusters of its config file, reachable or not', async () => {
  const cwd = emptyFolder()
  const engine = run([...anyPorts.slice(2), '--no-console', '--brokers', '1'], cwd)
  const bootstrap = await engine.row('Bootstrap servers')
  const clusters = [
    { name: 'Near by', bootstrap },
    { name: 'gone', bootstrap: '127.0.0.1:1' },
  ]
  writeFileSync(join(cwd, 'c.json'), JSON.stringify({ clusters }))
  const alone = run(['--no-cluster', '--config', 'c.json', '--port', '0'], cwd)
  const url = await alone.row('Console')
  const near = await fetch(`${url}/api/clusters/near-by`)
  expect((await near.json()).brokersUp).toBe(1)
  const gone = await fetch(`${url}/api/clusters/gone/topics`)
  expect(gone.status).toBeGreaterThanOrEqual(500)
  expect(JSON.stringify(await gone.json())).toContain('127.0.0.1:1')
  for (const each of [alone, engine]) {
    each.child.kill('SIGTERM')
    expect(await each.end()).toBe(0)
  }
})

test('the console refuses other sites and answers with guarding headers', async () => {
  const cwd = emptyFolder()
  const product = run(anyPorts, cwd)
  const url = await product.row('Console')
  const page = await fetch(`${url}/clusters/embedded`)
  expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-/)
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(await page.text())?.[1]
  const asset = await fetch(`${url}${script}`, { headers: { 'accept-encoding': 'gzip, br' } })
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect(asset.headers.get('content-encoding')).toBe('br')
  const foreign = await fetch(`${url}/api/clusters/embedded/topics`, {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' },
    body: '{"name":"t","partitions":1,"replicationFactor":1}',
  })
  expect(foreign.status).toBe(403)
  product.child.kill('SIGTERM')
  expect(await product.end()).toBe(0)
})

/** One line that names the thing and the remedy. */
function expectOneLine(text: string, thing: string, remedy: RegExp): void {
  expect(text.trim().split('\n')).toHaveLength(1)
  expect(text).toMatch(/^riverglass: /)
  expect(text).toContain(thing)
  expect(text).toMatch(remedy)
}

// `npm run e2e:kafka`: the browser journeys with an Apache Kafka behind the console, started by
// the fixture beside the repository. Without that or without Java it says so and does nothing.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './root.js'

const fixture = join(root, '../shared/real-kafka')
const absence = !existsSync(join(fixture, 'start'))
  ? '../shared/real-kafka is not there'
  : spawnSync('java', ['-version']).status !== 0
    ? 'there is no Java on the path'
    : undefined
if (absence !== undefined) {
  console.log(`Not run: ${absence}.`)
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'riverglass-e2e-kafka-'))
const port = process.env.RIVERGLASS_KAFKA_PORT ?? '29192'
const run = (file, args, env = {}) =>
  spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
let status = run(join(fixture, 'start'), ['1', folder, port], { REAL_KAFKA_HEAP: '512M' })
if (status === 0) {
  const settings = readFileSync(join(folder, 'cluster.env'), 'utf8')
  const bootstrap = /^BOOTSTRAP=["']?([^"'\n]+)/m.exec(settings)?.[1]
  console.log(`Apache Kafka listens on ${bootstrap}.`)
  const test = join(root, 'server/tooling/test.js')
  status = run(process.execPath, [test, 'journeys'], { RIVERGLASS_E2E_BOOTSTRAP: bootstrap })
}
run(join(fixture, 'stop'), [folder])
rmSync(folder, { recursive: true, force: true })
process.exit(status)

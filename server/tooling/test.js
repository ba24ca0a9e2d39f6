// `npm test`: every check of the repository, from a fresh clone, ending with one line of counts.
//
// With names of checks as arguments it runs only those: `npm run check`, `npm run e2e` and so on.
// A check that fails does not keep the others from running. Nothing is printed after the counts.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkNode } from './node-version.js'
import { root } from './root.js'

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
checkNode(engines.node)
const { ensureInstalled } = await import('./install.js')
ensureInstalled()

const { checks, closingLine, countResults } = await import('./checks.js')
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !checks.some((check) => check.name === name))
if (unknown !== undefined) {
  console.error(`No check is named ${unknown}; there are ${checks.map((c) => c.name).join(', ')}.`)
  process.exit(2)
}
const chosen = checks.filter(({ name, onlyByName }) =>
  wanted.length === 0 ? onlyByName !== true : wanted.includes(name),
)

const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const add = (name, counts) => {
  for (const key of Object.keys(total)) total[key] += counts[key]
  if (counts.failed > 0) failures.push(name)
}

const env = { ...process.env }
const built = await prepare('build', async () => (await import('./build.js')).build())
if (chosen.some(({ needs }) => needs === 'browser')) {
  const browser = await (await import('./browser.js')).findOrInstallBrowser()
  if (browser !== undefined) env.RIVERGLASS_CHROMIUM = browser
}

for (const check of chosen) {
  console.log(`\n== ${check.name}`)
  const missing =
    check.needs !== undefined && !built
      ? 'there is no build to test'
      : check.needs === 'browser' && env.RIVERGLASS_CHROMIUM === undefined
        ? 'there is no browser to test with'
        : undefined
  if (missing !== undefined) {
    console.log(`Not run: ${missing}.`)
    add(check.name, { passed: 0, failed: 1, skipped: 0 })
    continue
  }
  add(check.name, countResults(check, run(check)))
}

console.log(failures.length > 0 ? `\nFailed: ${[...new Set(failures)].join(', ')}` : '')
console.log(closingLine(total))
process.exit(total.failed > 0 ? 1 : 0)

function run(check) {
  if (check.report !== undefined) {
    mkdirSync(dirname(check.report), { recursive: true })
    rmSync(check.report, { force: true })
  }
  const { status } = spawnSync(process.execPath, check.args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...check.env },
  })
  return status
}

async function prepare(name, work) {
  try {
    await work()
    return true
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    add(name, { passed: 0, failed: 1, skipped: 0 })
    return false
  }
}

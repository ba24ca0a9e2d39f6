// `npm start`: from a fresh clone to the running product, with the arguments of `riverglass`.
//
// What is installed and built already is skipped. The program then runs in this very process,
// so that signals reach it directly.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkNode } from './node-version.js'
import { root } from './root.js'

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
checkNode(engines.node)
const { ensureInstalled } = await import('./install.js')
ensureInstalled()
const { build } = await import('./build.js')
try {
  await build()
} catch (error) {
  console.error(`riverglass: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
await import('../../dist/riverglass.js')

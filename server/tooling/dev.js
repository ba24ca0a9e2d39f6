// `npm run dev`: the product from its sources. The pages are compiled when asked for and reload
// in the browser; a change of the server bundles it anew and starts it again.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { context } from 'esbuild'
import { optionsFor } from './build-server.js'
import { ensureInstalled } from './install.js'
import { root } from './root.js'

ensureInstalled()
const outdir = join(root, '.cache/dev')
let child
let ended = false

async function restart() {
  await stop()
  if (ended) return
  child = spawn(process.execPath, [join(outdir, 'riverglass.js'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, RIVERGLASS_PAGES_FROM: root },
  })
}

function stop() {
  const running = child
  if (running === undefined || running.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    running.once('exit', () => resolve())
    running.kill('SIGTERM')
  })
}

const restartWhenBuilt = {
  name: 'restart',
  setup: (build) => build.onEnd(({ errors }) => (errors.length === 0 ? restart() : undefined)),
}
const watcher = await context({ ...optionsFor(outdir), plugins: [restartWhenBuilt] })
await watcher.watch()

async function end() {
  ended = true
  await stop()
  await watcher.dispose()
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void end())

// Finds a Chromium for the browser's tests, or gets one, or says how.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './root.js'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** @returns {Promise<string | undefined>} the path of one that starts */
export async function findBrowser() {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
  const { chromium } = await import('@playwright/test')
  const given = process.env.RIVERGLASS_CHROMIUM
  const candidates = [
    ...(given === undefined ? [] : [given]),
    ...names.flatMap((name) => inPath.filter((path) => path.endsWith(`/${name}`))),
    ...places,
    chromium.executablePath(),
  ]
  return candidates.find(starts)
}

/** Some are a stub that only tells how to install one, or lack libraries: asking shows. */
function starts(path) {
  return existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0
}

/** @returns {Promise<string | undefined>} its path; undefined once it has said what to install */
export async function findOrInstallBrowser() {
  const found = await findBrowser()
  if (found !== undefined) return found
  console.log('No Chromium on this machine; installing one for the browser journeys.')
  const isRoot = process.getuid?.() === 0
  if (isRoot && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const options = { stdio: 'inherit', env }
    spawnSync('apt-get', ['update'], options)
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options)
  }
  const installed = await findBrowser()
  if (installed !== undefined) return installed
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  spawnSync(process.execPath, [playwright, 'install', 'chromium'], { stdio: 'inherit' })
  const downloaded = await findBrowser()
  if (downloaded === undefined) {
    console.error(
      'No Chromium could be installed. Install it ("apt-get install chromium" on Debian and ' +
        'Ubuntu, or Google Chrome), or name one in RIVERGLASS_CHROMIUM, and run this again.',
    )
  }
  return downloaded
}

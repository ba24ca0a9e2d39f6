// Builds the product into dist/: the program and its threads (esbuild), and the pages (Next).
//
// What is up to date is left as it is. Plain JavaScript, since it runs before anything is built:
//   node server/tooling/build.js

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPages, listPageSources } from './build-pages.js'
import { buildServer, listServerSources } from './build-server.js'
import { root } from './root.js'
import { hashFiles, readStamp, withLock, writeStamp } from './up-to-date.js'

const parts = [
  { name: 'server', what: 'the server', sources: listServerSources, run: buildServer },
  { name: 'pages', what: 'the pages', sources: listPageSources, run: buildPages },
]

/** @returns {Promise<boolean>} whether anything had to be built */
export async function build() {
  if (outdatedParts().length === 0) return false
  const onWait = () => console.log('Waiting for another build of this folder.')
  return await withLock(join(root, 'dist/.lock'), onWait, async () => {
    // The other build may have done it meanwhile.
    const outdated = outdatedParts()
    for (const { part, hash } of outdated) {
      const startedAt = Date.now()
      await part.run()
      writeStamp(stampOf(part), hash)
      console.log(`Built ${part.what} (${((Date.now() - startedAt) / 1000).toFixed(1)} s).`)
    }
    return outdated.length > 0
  })
}

function outdatedParts() {
  return parts
    .map((part) => ({ part, hash: hashFiles(root, part.sources()) }))
    .filter(({ part, hash }) => readStamp(stampOf(part)) !== hash)
}

function stampOf(part) {
  return join(root, `dist/.${part.name}.sha256`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!(await build())) console.log('Everything is built.')
}

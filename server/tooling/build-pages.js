// Builds the pages with Next and lays what serves them into dist/app.
//
// The folder stands alone: the built pages, their static files with compressed copies beside
// them, public/, and the part of Next that serves. The folder is made beside and put in place
// at the end, so that a build that breaks off leaves the old one.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { importsOf } from './imports.js'
import { root } from './root.js'
import { listFiles } from './up-to-date.js'

const folders = ['app', 'components', 'lib', 'public']
const settings = [
  'next.config.js',
  'postcss.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'server/tooling/build-pages.js',
]

/** The folders of the pages, and whatever else they import, such as the handle of the services. */
export function listPageSources() {
  const files = new Set(
    listFiles(root, folders, (file) => !/\.test\.tsx?$|^public\/tour\//.test(file)),
  )
  for (const file of files) {
    if (!/\.tsx?$/.test(file)) continue
    for (const name of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const target = normalize(join(dirname(file), name))
      if (name.startsWith('.') && /\.[jt]sx?$/.test(name) && existsSync(join(root, target))) {
        files.add(target)
      }
    }
  }
  return [...[...files].sort(), ...settings]
}

export async function buildPages() {
  const next = join(root, 'node_modules/next/dist/bin/next')
  const result = spawnSync(process.execPath, [next, 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (result.status !== 0) {
    console.error(result.stdout)
    throw new Error('The pages could not be built; what stands above is the reason.')
  }
  assemble(join(root, '.next'), join(root, 'dist/app'))
}

/** From Next's output to a folder that serves by itself. */
function assemble(built, target) {
  const making = `${target}.making`
  rmSync(making, { recursive: true, force: true })
  const standalone = join(built, 'standalone')
  for (const name of ['.next', 'node_modules']) {
    cpSync(join(standalone, name), join(making, name), { recursive: true, verbatimSymlinks: true })
  }
  // Image conversion, which no page uses; 19 MB.
  for (const name of ['sharp', '@img']) {
    rmSync(join(making, 'node_modules', name), { recursive: true, force: true })
  }
  const statics = join(making, '.next/static')
  cpSync(join(built, 'static'), statics, { recursive: true })
  if (existsSync(join(root, 'public'))) {
    // The README's pictures are no part of the product.
    const isServed = (path) => !path.startsWith(join(root, 'public/tour'))
    cpSync(join(root, 'public'), join(making, 'public'), { recursive: true, filter: isServed })
  }
  for (const file of listFiles(statics, ['.'])) compress(join(statics, file))
  // What only finding the parts or debugging them needs.
  for (const file of listFiles(making, ['.next'], (name) => /\.(map|nft\.json)$/.test(name))) {
    rmSync(join(making, file))
  }
  rmSync(target, { recursive: true, force: true })
  renameSync(making, target)
}

/** Browsers take Brotli only over https and from localhost, hence the two. */
function compress(path) {
  if (!/\.(js|css|svg|json|txt)$/.test(path)) return
  const content = readFileSync(path)
  if (content.length < 512) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  }
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
}

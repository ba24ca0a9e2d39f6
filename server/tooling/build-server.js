// Bundles the program and each thread's entry into dist/, with all packages but the native ones.
//
// Native packages stay ordinary dependencies, installed for the platform in question; Next is
// looked up in dist/app when the program runs.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeNotices } from './notices.js'
import { root } from './root.js'
import { listFiles } from './up-to-date.js'

/** Parts of server/ that are no part of the product. */
const notBundled = /^server\/(simulation|conformance|bench|tooling)\/|\.test\.ts$|\.md$/

/** Imported by files beside the product's that tests share, and so in no bundle. */
const testTools = ['vitest', 'fast-check', 'tsx', 'esbuild']

export function listServerSources() {
  const sources = listFiles(root, ['server', 'lib'], (file) => !notBundled.test(file))
  return [
    ...sources,
    'package.json',
    'package-lock.json',
    'server/tooling/build-server.js',
    'server/tooling/notices.js',
  ]
}

export function listThreadEntries() {
  const threads = listFiles(root, ['server/threads'], (file) => !notBundled.test(file))
  return [...threads, 'server/console/reader-thread.ts'].filter((file) =>
    existsSync(join(root, file)),
  )
}

export async function buildServer(outdir = join(root, 'dist')) {
  rmSync(join(outdir, 'threads'), { recursive: true, force: true })
  const { build, stop } = await import('esbuild')
  try {
    await build(optionsFor(outdir))
  } finally {
    await stop()
  }
  const pages = listFiles(root, ['app', 'components'], (file) => !notBundled.test(file))
  const sources = [...listServerSources(), ...pages]
  writeNotices(join(outdir, 'THIRD-PARTY-NOTICES.txt'), sources, [...external(), ...testTools])
}

/** Packages that are installed beside the product and bring their own licences. */
function external() {
  return Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies)
}

export function optionsFor(outdir) {
  const threads = listThreadEntries().map((file) => [
    `threads/${basename(file, '.ts')}`,
    join(root, file),
  ])
  return {
    absWorkingDir: root,
    entryPoints: { riverglass: join(root, 'server/main.ts'), ...Object.fromEntries(threads) },
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20.20',
    format: 'esm',
    external: [...external(), 'next'],
    // Packages written for CommonJS call require for Node's own modules.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  }
}

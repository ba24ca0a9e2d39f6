// Completes package-lock.json with the optional packages of other platforms that npm left out.
//
// npm writes no entry for an optional package that the registry at hand does not have, and npm 11
// then refuses `npm ci` with that very lock. An entry with name, version and platform satisfies
// it, here and on the platform in question, where npm finds the package by name and version.
// Run it after every change of the dependencies:  node server/tooling/fix-lock.js

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const operatingSystems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]

/** What a binary package's name says about where it runs: `@oxlint/binding-linux-x64-musl`. */
export function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-')
  const os = words.find((word) => operatingSystems.includes(word))
  const cpu = words.find((word) => processors.includes(word))
  if (os === undefined && cpu !== 'wasm32') {
    throw new Error(`${name}: the name does not tell for which platform it is; add it by hand`)
  }
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(os === 'linux' && libc !== undefined ? { libc: [libc] } : {}),
    ...(os === undefined ? {} : { os: [os] }),
  }
}

/** The entry that `name` resolves to from the package at `from`, as Node looks it up. */
function resolveEntry(packages, from, name) {
  for (let folder = from; ; ) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (folder === '') return undefined
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  }
}

/** Optional dependencies that the lock names but has no entry for. */
export function findMissing(packages) {
  const missing = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolveEntry(packages, path, name) === undefined) {
        missing.push({ name, version, neededBy: entry })
      }
    }
  }
  return missing
}

/** The packages with an entry for each missing one, in npm's order. */
export function completePackages(packages) {
  const all = { ...packages }
  for (const { name, version, neededBy } of findMissing(packages)) {
    all[`node_modules/${name}`] = {
      version: version.replace(/^[\^~>=v]+/, ''),
      ...platformOf(name),
      ...(neededBy.dev === true ? { dev: true } : {}),
      ...(neededBy.license === undefined ? {} : { license: neededBy.license }),
      optional: true,
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../../package-lock.json', import.meta.url)
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const before = Object.keys(lock.packages).length
  lock.packages = completePackages(lock.packages)
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${Object.keys(lock.packages).length - before} entries added`)
}

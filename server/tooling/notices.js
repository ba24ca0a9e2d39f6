// The licences of other people's packages whose code is inside dist/, as one text file.
//
// Which packages those are is read from the sources: what they import, and what those packages
// depend on. Rather one too many than one too few.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { importsOf } from './imports.js'
import { root } from './root.js'

const licenceFile = /^(licen[cs]e|copying|notice)(\.|-|$)/i

/** Writes `path` for the packages that `sources` (paths under the root) import. */
export function writeNotices(path, sources, leftOut) {
  const packages = collectPackages(sources, new Set(leftOut))
  const parts = [...packages.values()]
    .sort((a, b) => (a.title < b.title ? -1 : 1))
    .map(({ title, licence, texts }) => `${title}\nLicence: ${licence}\n\n${texts.join('\n\n')}`)
  writeFileSync(path, `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`)
}

function collectPackages(sources, leftOut) {
  const found = new Map()
  const add = (name, from) => {
    const folder = leftOut.has(name) ? undefined : folderOf(name, from)
    if (folder === undefined || found.has(folder)) return
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    found.set(folder, {
      title: `${about.name} ${about.version}`,
      licence: typeof about.license === 'string' ? about.license : 'see below',
      texts: readdirSync(folder)
        .filter((file) => licenceFile.test(file))
        .map((file) => readFileSync(join(folder, file), 'utf8').trim()),
    })
    for (const dependency of Object.keys(about.dependencies ?? {})) add(dependency, folder)
  }
  for (const source of sources) {
    if (!/\.(tsx?|css)$/.test(source)) continue
    for (const imported of importsOf(readFileSync(join(root, source), 'utf8'))) {
      const name = packageNameOf(imported)
      if (name !== undefined) add(name, root)
    }
  }
  // The frame of the pages, which no source has to name.
  for (const name of ['next', 'react', 'react-dom']) add(name, root)
  return found
}

function packageNameOf(imported) {
  if (/^([./]|node:)/.test(imported)) return undefined
  const [first, second] = imported.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** Where Node would find the package from `from`; undefined for one that is not installed. */
function folderOf(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === root || folder === dirname(folder)) return undefined
  }
}

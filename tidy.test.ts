// The order of the repository: who imports whom, what the engine touches, names and words.
//
// Reads every source file. The rules are in server/README.md's table and server/tooling.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOutsideTouches, findWrongImports, readLayers } from './server/tooling/layers.ts'
import { listFiles } from './server/tooling/up-to-date.js'
import { findBadName, findBadWords } from './server/tooling/wording.ts'

const root = import.meta.dirname
const folders = ['app', 'components', 'lib', 'server', 'e2e', 'public', '.ci']
const atTop = ['tidy.test.ts', 'README.md', 'CHANGELOG.md', 'package.json', 'package-lock.json']

const paths: string[] = listFiles(root, [...folders, ...atTop])
const files = paths
  .filter((path) => /\.(ts|tsx|js|css|md|json|yaml|svg)$|\/run$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
const sources = files.filter(({ path }) => /\.(ts|tsx|js)$/.test(path))
const layers = readLayers(readFileSync(join(root, 'server/README.md'), 'utf8'))

describe('the repository', () => {
  it('is seen whole', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(layers.size).toBeGreaterThan(15)
  })

  it('imports only as the table in server/README.md allows', () => {
    expect(sources.flatMap((file) => findWrongImports(file, layers))).toEqual([])
  })

  it('touches clock, chance, timers, disk and network in server/runtime alone', () => {
    expect(sources.flatMap(findOutsideTouches)).toEqual([])
  })

  it('names files in kebab-case', () => {
    expect(paths.flatMap(findBadName)).toEqual([])
  })

  it('names no registry and no folder of one machine, and leaves no reminders', () => {
    expect(files.flatMap(findBadWords)).toEqual([])
  })
})

// package-lock.json installs anywhere: no host is written into it, and npm 11 accepts it.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { completePackages, findMissing, platformOf } from './fix-lock.js'

const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')

describe('the lock file', () => {
  it('has an entry for every optional package it names', () => {
    const { packages } = JSON.parse(text)
    expect(findMissing(packages).map(({ name }: { name: string }) => name)).toEqual([])
  })

  it('names no registry and no folder', () => {
    expect(text).not.toMatch(/"resolved"|https?:\/\/[^"]*registry|file:/)
  })
})

describe('completing a lock file', () => {
  const packages = {
    '': { name: 'root' },
    'node_modules/tool': {
      version: '2.0.0',
      dev: true,
      license: 'MIT',
      optionalDependencies: { '@tool/linux-x64-musl': '2.0.0', '@tool/darwin-arm64': '^2.0.0' },
    },
    'node_modules/tool/node_modules/@tool/linux-x64-musl': { version: '2.0.0' },
  }

  it('adds what is missing with its platform, and nothing that a nested folder has', () => {
    const completed = completePackages(packages)
    expect(Object.keys(completed)).toHaveLength(4)
    expect(completed['node_modules/@tool/darwin-arm64']).toEqual({
      version: '2.0.0',
      cpu: ['arm64'],
      os: ['darwin'],
      dev: true,
      license: 'MIT',
      optional: true,
    })
    expect(findMissing(completed)).toEqual([])
  })

  it('reads system, processor and C library from a name', () => {
    expect(platformOf('@oxlint/binding-linux-arm-musleabihf')).toEqual({
      cpu: ['arm'],
      libc: ['musl'],
      os: ['linux'],
    })
    expect(platformOf('@tailwindcss/oxide-wasm32-wasi')).toEqual({ cpu: ['wasm32'] })
    expect(() => platformOf('left-pad')).toThrow('left-pad')
  })
})

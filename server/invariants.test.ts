// invariants.md and the code name the same invariants, and the files it points to exist.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const server = import.meta.dirname
const document = readFileSync(join(server, 'invariants.md'), 'utf8')
const rows = [...document.matchAll(/^\| ([A-Z]+-\d+) +\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, number = '', what = '', where = '', watched = '']) => ({ number, what, where, watched }),
)
const families = new Set(rows.map(({ number }) => number.replace(/-\d+$/, '')))

const sources = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('invariants.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(server, path), 'utf8') }))

function numbersIn(text: string): string[] {
  const found = text.match(/\b[A-Z]+-\d+\b/g) ?? []
  return found.filter((number) => families.has(number.replace(/-\d+$/, '')))
}

describe('the list of invariants', () => {
  it('has each number once', () => {
    const numbers = rows.map(({ number }) => number)
    expect(numbers.length).toBeGreaterThan(15)
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('has every number that the code names, and no other', () => {
    const inCode = new Set(sources.flatMap(({ text }) => numbersIn(text)))
    expect([...inCode].sort()).toEqual(rows.map(({ number }) => number).sort())
  })

  it('has every invariant that a running engine asserts', () => {
    const asserted = sources
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .flatMap(({ text }) => [...text.matchAll(/\binvariant\([^']*?'([^']*)'/g)])
      .map(([, name = '']) => name.split(' ')[0])
    expect(asserted.length).toBeGreaterThan(2)
    for (const number of asserted) {
      const row = rows.find((entry) => entry.number === number)
      expect(row?.where, `${number} is asserted`).toContain('asserted')
    }
  })

  it('names files that exist', () => {
    for (const { number, where, watched } of rows) {
      const files = [...`${where}${watched}`.matchAll(/`([^`]+\.ts)`/g)].map(
        ([, name = '']) => name,
      )
      expect(files.length, number).toBeGreaterThan(0)
      for (const name of files) {
        const found = [name, `simulation/checkers/${name}`].some((at) =>
          existsSync(join(server, at)),
        )
        expect(found, `${number} names ${name}`).toBe(true)
      }
    }
  })
})

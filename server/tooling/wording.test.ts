import { describe, expect, it } from 'vitest'
import { findBadName, findBadWords } from './wording.ts'

describe('names of files', () => {
  it.each([
    'server/storage/log.ts',
    'app/clusters/[cluster]/page.tsx',
    '.oxlintrc.json',
    'README.md',
  ])('accept %s', (path) => expect(findBadName(path)).toEqual([]))
  it.each(['server/storage/segmentIndex.ts', 'lib/Format.ts', 'lib/a b.ts', 'docs/My-Notes.md'])(
    'refuse %s',
    (path) => expect(findBadName(path)).toHaveLength(1),
  )
})

describe('words', () => {
  const find = (text: string) => findBadWords({ path: 'a.ts', text: `first\n${text}` })

  it('that belong to one machine are found with their line', () => {
    const folder = ['', 'tmp', 'kafka'].join('/')
    expect(find(`const data = '${folder}'`)).toEqual(['a.ts:2: names a folder of one machine'])
    expect(find(['https://registry', 'npmjs', 'org/next'].join('.'))).toHaveLength(1)
    expect(find(['TO', 'DO'].join(''))).toHaveLength(1)
  })

  it('that only look alike are left alone', () => {
    expect(find("import { a } from '../work/a.ts'")).toEqual([])
    expect(find('GET /api/clusters/home/topics')).toEqual([])
    expect(find('the schema registry. It')).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { importsOf } from './imports.js'
import { findOutsideTouches, findWrongImports, layerOf, readLayers } from './layers.ts'

const table = `
| Folder | May import |
| ------ | ---------- |
| \`lib\` | nothing of ours |
| \`runtime\`, \`protocol\` | nothing of ours |
| \`records\` | \`protocol\` |
| \`storage\` | \`records\`, \`runtime\` |
| \`groups\` | \`protocol\`, and a port, not \`storage\` |
| \`api\` | the parts above, through small interfaces |
| \`console\` | \`lib\`, \`records\`; never the engine |
| \`app\` | \`lib\`, and of the server \`console/handle.ts\` alone |
| \`main.ts\`, … at the top, and \`threads\` | wiring |
| \`simulation\` | anything; nobody imports them |
`
const layers = readLayers(table)
const wrong = (path: string, text: string) => findWrongImports({ path, text }, layers)

describe('the layers', () => {
  it('let a folder import what its row names and what those import', () => {
    expect(wrong('server/storage/a.ts', "import { b } from '../records/b.ts'")).toEqual([])
    expect(wrong('server/storage/a.ts', "import { b } from '../protocol/b.ts'")).toEqual([])
    expect(wrong('server/api/a.ts', "import { b } from '../storage/b.ts'")).toEqual([])
    expect(wrong('app/page.tsx', "import { b } from '../server/console/handle.ts'")).toEqual([])
    expect(wrong('server/main.ts', "import { b } from './console/b.ts'")).toEqual([])
    expect(wrong('server/threads/a.ts', "import { b } from '../broker.ts'")).toEqual([])
    expect(wrong('server/simulation/a.ts', "import { b } from '../console/b.ts'")).toEqual([])
  })

  it.each([
    ['server/records/a.ts', "import { b } from '../storage/b.ts'"],
    ['server/groups/a.ts', "export * from '../storage/b.ts'"],
    ['server/groups/a.ts', "import type { B } from '../storage/b.ts'"],
    ['server/groups/a.ts', "const b = await import('../storage/b.ts')"],
    ['server/console/a.ts', "import { b } from '../api/b.ts'"],
    ['server/api/a.ts', "import { b } from '../console/b.ts'"],
    ['server/api/a.ts', "import { b } from '../main.ts'"],
    ['server/main.ts', "import { b } from './simulation/b.ts'"],
    ['server/new-folder/a.ts', ''],
    ['server/api/a.ts', "import { b } from '../test-cluster.ts'"],
    ['lib/a.ts', "import { b } from '../server/protocol/b.ts'"],
    ['app/page.tsx', "import { b } from '../server/console/topics.ts'"],
  ])('refuse, in %s, %s', (path, text) => {
    expect(wrong(path, text)).toHaveLength(1)
    expect(wrong(path, text)[0]).toContain(path)
  })

  it('leave tests and examples in comments alone', () => {
    expect(wrong('server/records/a.test.ts', "import { b } from '../storage/b.ts'")).toEqual([])
    expect(wrong('server/records/a.ts', "// import { b } from '../storage/b.ts'")).toEqual([])
  })

  it('know the folder of a file', () => {
    expect(layerOf('server/main.ts')).toBe('top')
    expect(layerOf('server/console/topics/list.ts')).toBe('console')
    expect(layerOf('e2e/tail.spec.ts')).toBeUndefined()
  })
})

describe('the imports of a file', () => {
  it('are all found, in every form', () => {
    const text = [
      "import './a.css'",
      "import b, { type B } from './b.ts'",
      'import {\n  c,\n} from "./c.ts"',
      "export { d } from './d.ts'",
      "export * as e from './e.ts'",
      "const f = await import('./f.ts')",
      "const text = 'not // a comment'; import('./g.ts')",
      "new Worker(new URL('./h.js', import.meta.url))",
      "/* import './no.ts' */ // import './no.ts'",
    ].join('\n')
    expect(importsOf(text)).toEqual([
      './a.css',
      './b.ts',
      './c.ts',
      './d.ts',
      './e.ts',
      './f.ts',
      './g.ts',
      './h.js',
    ])
  })
})

describe('the engine', () => {
  const touches = (text: string, path = 'server/storage/a.ts') => findOutsideTouches({ path, text })

  it.each([
    'const at = Date.now()',
    'const at = new Date()',
    'const n = Math.random()',
    "import { randomUUID } from 'node:crypto'",
    'setTimeout(go, 5)',
    'await new Promise(setImmediate)',
    "import { readFile } from 'node:fs/promises'",
    "import net from 'node:net'",
    "import { gunzip } from 'node:zlib'",
    "import { pbkdf2 } from 'node:crypto'",
  ])('may not say: %s', (text) => {
    expect(touches(text)).not.toEqual([])
    expect(touches(text, 'server/runtime/a.ts')).toEqual([])
    expect(touches(text, 'server/storage/a.test.ts')).toEqual([])
  })

  it('may use what answers at once and always the same', () => {
    expect(touches("import { constants, gunzipSync } from 'node:zlib'")).toEqual([])
    expect(touches("import { createHmac } from 'node:crypto'")).toEqual([])
    expect(touches('const at = new Date(timestamp)')).toEqual([])
    expect(touches('// unlike Date.now(), the clock stands still')).toEqual([])
  })
})

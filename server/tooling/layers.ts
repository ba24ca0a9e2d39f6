// Who may import whom, as the table in server/README.md says it, and what the engine may not touch.
//
// Works on text alone: a file is its path and its content. Tests are bound by neither rule, since
// a test may start what it needs.

import { dirname, join } from 'node:path'
import { importsOf, withoutComments } from './imports.js'

export interface SourceFile {
  /** From the root, with slashes. */
  path: string
  text: string
}

/** Folder → what it may import: folders, and single files as `console/handle.ts`. */
export type Layers = ReadonlyMap<string, ReadonlySet<string>>

/** Tests, and what stands by them: `testing.ts`, `test-cluster.ts`, `golden/`. */
const isTest = (path: string) =>
  /\.(test|suite)\.tsx?$|\/(testing|test-[^/]+)\.tsx?$|\/golden\//.test(path)
/** Files directly in server/, and what only starts threads. */
const top = 'top'

/** Reads the rows of the table; each folder may also import all that the folders it names may. */
export function readLayers(markdown: string): Layers {
  const direct = new Map<string, Set<string>>()
  const unimported = new Set<string>()
  for (const [, left = '', right = ''] of markdown.matchAll(/^\| (`[^|]*)\|([^|]*)\|$/gm)) {
    const above = [...direct.keys()].filter((folder) => !unimported.has(folder))
    const named = namesIn(right.replaceAll(/\bnot `[^`]*`/g, ''))
    const allowed = right.includes('the parts above') ? above : named
    const everything = right.includes('wiring') || right.includes('anything')
    for (const name of namesIn(left)) {
      const folder = name.endsWith('.ts') || name === 'threads' ? top : name
      if (right.includes('nobody imports them')) unimported.add(folder)
      direct.set(folder, new Set(everything ? [...above, top] : allowed))
    }
  }
  const closed = new Map<string, ReadonlySet<string>>()
  for (const folder of direct.keys()) closed.set(folder, closeOver(folder, direct))
  for (const folder of unimported) closed.set(folder, new Set([...direct.keys(), top]))
  return closed
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

function closeOver(folder: string, direct: ReadonlyMap<string, Set<string>>): Set<string> {
  const reached = new Set([folder])
  for (const name of reached) {
    for (const next of direct.get(name) ?? []) reached.add(next)
  }
  return reached
}

/** `server/storage/log.ts` is in `storage`, `components/ui/button.tsx` in `components`. */
export function layerOf(path: string): string | undefined {
  const [first, second, third] = path.split('/')
  if (first === 'server') return third === undefined || second === 'threads' ? top : second
  return ['app', 'components', 'lib'].includes(first ?? '') ? first : undefined
}

export function findWrongImports(file: SourceFile, layers: Layers): string[] {
  const from = layerOf(file.path)
  if (from === undefined || isTest(file.path)) return []
  const allowed = layers.get(from)
  if (allowed === undefined) return [`${file.path}: folder ${from} is not in the table`]
  return importsOf(file.text)
    .filter((name: string) => name.startsWith('.'))
    .map((name: string) => join(dirname(file.path), name))
    .filter((target: string) => {
      const to = layerOf(target)
      const single = target.replace(/^server\//, '')
      return to !== undefined && !allowed.has(to) && !allowed.has(single)
    })
    .map((target: string) => `${file.path}: ${from} may not import ${target}`)
}

const outside: readonly [RegExp, string][] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/, 'the clock'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\brandomInt\b|\bgetRandomValues\b/, 'chance'],
  [/\bset(Timeout|Interval|Immediate)\b|node:timers/, 'timers'],
  [/['"](node:)?fs(\/promises)?['"]/, 'the disk'],
  [/['"](node:)?(net|tls|dgram|http|https|dns)['"]/, 'the network'],
]
/** What node:zlib and node:crypto offer that answers at once and gives the same every time. */
const inThread = /Sync$|^(constants|createHash|createHmac|timingSafeEqual|crc32|hash)$/

/** Touching the world other than through the runtime's interfaces, which a simulation replaces. */
export function findOutsideTouches(file: SourceFile): string[] {
  const folder = layerOf(file.path)
  const free = ['runtime', 'console', 'simulation', 'conformance', 'bench', 'tooling', top]
  const isEngine = file.path.startsWith('server/') && folder !== undefined && !free.includes(folder)
  if (!isEngine || isTest(file.path)) return []
  const text: string = withoutComments(file.text)
  const touched = outside.filter(([pattern]) => pattern.test(text)).map(([, what]) => what)
  const imported = text.matchAll(/import\s*\{([^}]*)\}\s*from\s*['"](?:node:)?(zlib|crypto)['"]/g)
  for (const [, names = '', module] of imported) {
    const threaded = names
      .split(',')
      .map((name) => name.trim().split(/\s+as\s+/)[0] ?? '')
      .filter((name) => name !== '' && !name.startsWith('type ') && !inThread.test(name))
    touched.push(...threaded.map((name) => `another thread by ${module}'s ${name}`))
  }
  return touched.map((what) => `${file.path}: touches ${what}, not through the runtime`)
}

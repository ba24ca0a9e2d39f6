// What `npm pack` makes starts by its bin from an empty folder, with nothing around it but the
// packages it declares. No registry is asked: they are copied from this checkout.

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { emptyFolder, run } from './run.ts'

const root = join(import.meta.dirname, '../..')

test('the package starts by its bin from an empty folder', async () => {
  test.setTimeout(300_000)
  const packs = emptyFolder()
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', packs], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).replace(/^[^[{]*(?=\[\s*\{)/, ''),
  )
  const names: string[] = packed.files.map(({ path }: { path: string }) => path)
  expect(names).toContain('LICENSE')
  expect(names).toContain('CHANGELOG.md')
  expect(names.filter((name) => /sharp|@img|\.map$|\.lock$|\.sha256$/.test(name))).toEqual([])
  expect(packed.size).toBeLessThan(8_000_000)

  const folder = emptyFolder()
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  execFileSync('tar', ['-xzf', join(packs, packed.filename), '-C', modules])
  cpSync(join(modules, 'package'), join(modules, 'riverglass'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  execFileSync('rm', ['-r', join(modules, 'package')])
  const { bin, dependencies } = JSON.parse(
    readFileSync(join(modules, 'riverglass/package.json'), 'utf8'),
  )
  for (const name of closureOf(Object.keys(dependencies))) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true })
  }
  symlinkSync(join('..', 'riverglass', bin.riverglass), join(modules, '.bin/riverglass'))

  const file = join(modules, '.bin/riverglass')
  const product = run(['--port', '0', '--kafka-port', '0', '--data', './d'], folder, file)
  const url = await product.row('Console')
  const page = await fetch(`${url}/clusters/embedded/topics`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('Topics')
  const { clusters, version } = await (await fetch(`${url}/api/clusters`)).json()
  expect(clusters).toHaveLength(1)
  expect(version).toBe(packed.version)
  product.child.kill('SIGTERM')
  expect(await product.end()).toBe(0)
  expect(product.errors()).toBe('')
  expect(existsSync(join(folder, 'd'))).toBe(true)
})

/** The packages and all that they need on this platform, as the lock file lists them. */
function closureOf(names: string[]): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set<string>()
  const visit = (name: string) => {
    if (found.has(name) || !existsSync(join(root, 'node_modules', name))) return
    found.add(name)
    const entry = packages[`node_modules/${name}`] ?? {}
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      visit(next)
    }
  }
  for (const name of names) visit(name)
  return [...found]
}

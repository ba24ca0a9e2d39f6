// Installs the dependencies when what lies in node_modules is not what the lock file says.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.js'

/** @returns {boolean} whether anything had to be installed */
export function ensureInstalled() {
  if (isInstalled(root)) return false
  console.log('Installing the dependencies of package-lock.json.')
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    console.error('riverglass: npm ci failed; what it says above is the reason.')
    process.exit(1)
  }
  return true
}

/** npm keeps its own account of what it installed, in the form of the lock file. */
export function isInstalled(folder) {
  const account = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(account)) return false
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(account, 'utf8')).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    const installed = present[path]
    return installed === undefined ? optional === true : installed.version === version
  })
}

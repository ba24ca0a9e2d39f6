// Whether something built is still what its sources would give, told by a hash over them.
//
// The hash lies beside the output, written last: a build that broke off has none and is done
// again. Times of files say nothing here, since a checkout sets them as it likes.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Files below the folders (or the files named), sorted; those that `keep` refuses left out. */
export function listFiles(root, paths, keep = () => true) {
  const files = []
  for (const path of paths) {
    const absolute = join(root, path)
    if (!existsSync(absolute)) continue
    const entries = readdirEntries(absolute)
    for (const file of entries) files.push(relative(root, file))
  }
  return [...new Set(files)].filter(keep).sort()
}

function readdirEntries(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}

export function hashFiles(root, files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const content = readFileSync(join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

export function writeStamp(path, hash) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${hash}\n`)
}

/** Runs `work` while no other process does; a lock whose process is gone counts for nothing. */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true })
  for (let told = false; !takeLock(path); told = true) {
    if (!told) onWait()
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function takeLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const holder = Number(existsSync(path) ? readFileSync(path, 'utf8') : '')
  // An empty lock is one that is being written this moment.
  if (holder > 0 && !isRunning(holder)) rmSync(path, { force: true })
  return false
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

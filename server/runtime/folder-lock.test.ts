import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeFolderLock } from './folder-lock.ts'

describe('the lock on a folder', () => {
  let folder: string
  let lock: string
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'riverglass-lock-'))
    lock = path.join(folder, '.lock')
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))

  it('is held by one at a time and can be taken again after its release', () => {
    const first = takeFolderLock(lock)
    expect(first).toBeDefined()
    expect(takeFolderLock(lock)).toBeUndefined()
    first?.release()
    expect(takeFolderLock(lock)).toBeDefined()
    expect(fs.readdirSync(folder)).toEqual(['.lock'])
  })

  it('outlives nobody: the lock of a process that has ended is taken over', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      fs.writeFileSync(lock, JSON.stringify({ pid: child.pid, startedAt: null }))
      expect(takeFolderLock(lock)).toBeUndefined()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      expect(takeFolderLock(lock)).toBeDefined()
    } finally {
      child.kill('SIGKILL')
    }
  })

  it.skipIf(process.platform !== 'linux')(
    'is not kept by another process that was given the same id',
    () => {
      fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: '1' }))
      expect(takeFolderLock(lock)).toBeDefined()
    },
  )

  it('of which only a part was written before a crash is taken over', () => {
    fs.writeFileSync(lock, '{"pid": 12')
    expect(takeFolderLock(lock)).toBeDefined()
  })

  it('does not remove a lock that somebody else took meanwhile', () => {
    const first = takeFolderLock(lock)
    fs.writeFileSync(lock, JSON.stringify({ pid: process.ppid, startedAt: null }))
    first?.release()
    expect(fs.existsSync(lock)).toBe(true)
  })

  it('is let go of without a word when the folder cannot be read any more', () => {
    const nested = path.join(folder, 'nested')
    fs.mkdirSync(nested)
    const held = takeFolderLock(path.join(nested, '.lock'))
    fs.rmSync(nested, { recursive: true })
    fs.writeFileSync(nested, 'a file where the folder was')
    expect(() => held?.release()).not.toThrow()
  })
})

// What every implementation of the Disk port must do alike.

import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Disk, DiskError, type DiskFile } from './runtime.ts'

export interface DiskUnderTest {
  disk: Disk
  /** An empty folder that exists. */
  folder: string
  remove(): void
}

export function describeDisk(name: string, make: () => DiskUnderTest): void {
  describe(`Disk: ${name}`, () => {
    let under: DiskUnderTest
    let files: DiskFile[]
    beforeEach(() => {
      under = make()
      files = []
    })
    afterEach(() => {
      for (const file of files) file.close()
      under.remove()
    })
    const open = (file: string, mode: 'read' | 'write' | 'create') => {
      const opened = under.disk.open(join(under.folder, file), mode)
      files.push(opened)
      return opened
    }
    const codeOf = (action: () => unknown) => {
      try {
        action()
      } catch (error) {
        expect(error).toBeInstanceOf(DiskError)
        return (error as DiskError).code
      }
      return undefined
    }

    it('reads back what was written, over the boundaries of the buffers', () => {
      const file = open('a', 'create')
      file.write([Buffer.from('one'), Buffer.from('two'), Buffer.from('three')], 0)
      const target = Buffer.alloc(8)
      expect(file.read(target, 2)).toBe(8)
      expect(target.toString()).toBe('etwothre')
      expect(file.size()).toBe(11)
      expect(under.disk.sizeOf(join(under.folder, 'a'))).toBe(11)
      expect(under.disk.sizeOf(join(under.folder, 'b'))).toBeUndefined()
    })

    it('writes more buffers than one system call takes', () => {
      const file = open('a', 'create')
      const buffers = Array.from({ length: 3000 }, (_, i) => Buffer.from([i % 256]))
      file.write(buffers, 0)
      const target = Buffer.alloc(3000)
      expect(file.read(target, 0)).toBe(3000)
      expect(target.equals(Buffer.concat(buffers))).toBe(true)
    })

    it('reads short at the end of a file and nothing past it', () => {
      const file = open('a', 'create')
      file.write([Buffer.from('abc')], 0)
      expect(file.read(Buffer.alloc(10), 1)).toBe(2)
      expect(file.read(Buffer.alloc(10), 3)).toBe(0)
      expect(file.read(Buffer.alloc(10), 30)).toBe(0)
    })

    it('truncates', async () => {
      const file = open('a', 'create')
      file.write([Buffer.from('abcdef')], 0)
      file.truncate(2)
      expect(file.size()).toBe(2)
      file.write([Buffer.from('X')], 2)
      await file.sync()
      const target = Buffer.alloc(3)
      file.read(target, 0)
      expect(target.toString()).toBe('abX')
    })

    it('does not make a file that is opened for reading or writing', () => {
      expect(codeOf(() => open('absent', 'read'))).toBe('ENOENT')
      expect(codeOf(() => open('absent', 'write'))).toBe('ENOENT')
    })

    it('lists names with their kind, and nothing for an absent folder', () => {
      under.disk.makeFolder(join(under.folder, 'x', 'y'))
      open('f', 'create')
      const entries = under.disk.list(under.folder).sort((a, b) => (a.name < b.name ? -1 : 1))
      expect(entries).toEqual([
        { name: 'f', isFolder: false },
        { name: 'x', isFolder: true },
      ])
      expect(under.disk.list(join(under.folder, 'absent'))).toEqual([])
    })

    it('replaces small files and ends with the newest of several contents', async () => {
      const path = join(under.folder, 'small')
      expect(under.disk.readSmall(path)).toBeUndefined()
      await Promise.all(
        ['1', '2', '3'].map((text) => under.disk.writeSmall(path, Buffer.from(text))),
      )
      expect(under.disk.readSmall(path)?.toString()).toBe('3')
      expect(under.disk.list(under.folder).map((entry) => entry.name)).toEqual(['small'])
    })

    it('refuses to read a small file that is larger than allowed', async () => {
      const path = join(under.folder, 'small')
      await under.disk.writeSmall(path, Buffer.alloc(100))
      expect(codeOf(() => under.disk.readSmall(path, 99))).toBe('EFBIG')
    })

    it('renames and removes files and whole folders', () => {
      under.disk.makeFolder(join(under.folder, 'old', 'deep'))
      under.disk.rename(join(under.folder, 'old'), join(under.folder, 'new'))
      expect(under.disk.exists(join(under.folder, 'new', 'deep'))).toBe(true)
      under.disk.remove(join(under.folder, 'new'))
      under.disk.remove(join(under.folder, 'new'))
      expect(under.disk.list(under.folder)).toEqual([])
    })
  })
}

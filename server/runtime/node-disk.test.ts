import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describeDisk } from './disk.suite.ts'
import { createNodeDisk } from './node-disk.ts'

describeDisk('Node', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'riverglass-disk-'))
  return {
    disk: createNodeDisk(),
    folder,
    remove: () => fs.rmSync(folder, { recursive: true }),
  }
})

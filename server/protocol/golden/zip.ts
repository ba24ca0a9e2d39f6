// Reads the entries of a zip file that is held in memory: just what a jar needs (stored and
// deflated entries, no encryption, no zip64). For tests only.

import { inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  name: string
  read(): Buffer
}

const END_OF_DIRECTORY = 0x06054b50
const STORED = 0

export function readZipEntries(zip: Buffer): ZipEntry[] {
  let end = zip.length - 22
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--
  if (end < 0) throw new Error('not a zip file')
  const entries: ZipEntry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10)
    const bytes = zip.readUInt32LE(at + 20)
    const nameBytes = zip.readUInt16LE(at + 28)
    const local = zip.readUInt32LE(at + 42)
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameBytes),
      read: () => {
        const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
        const content = zip.subarray(from, from + bytes)
        return method === STORED ? content : inflateRawSync(content)
      },
    })
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

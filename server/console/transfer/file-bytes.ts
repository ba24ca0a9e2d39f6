// The bytes of an uploaded file, with the mark that some programs put before UTF-8 taken away.
// Files in UTF-16 are refused: read as bytes they would be sent as rubbish, line after line.

import type { Upload } from '../http/handlers.ts'
import { FileError } from './import-line.ts'

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

export async function* fileBytes(
  upload: Upload,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of upload) {
    onBytes(chunk.length)
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (start === undefined) {
      yield bytes
      continue
    }
    start = Buffer.concat([start, bytes])
    if (start.length < UTF8_MARK.length) continue
    yield withoutMark(start)
    start = undefined
  }
  if (start !== undefined && start.length > 0) yield withoutMark(start)
}

function withoutMark(start: Buffer): Buffer {
  if (UTF16_MARKS.some((mark) => start.subarray(0, mark.length).equals(mark))) {
    throw new FileError('The file is in UTF-16; save it as UTF-8 and try again.')
  }
  const isMarked = start.subarray(0, UTF8_MARK.length).equals(UTF8_MARK)
  return isMarked ? start.subarray(UTF8_MARK.length) : start
}

// One line of a file on its way in: a record to be sent, or the reason why it is none.

import type { OutgoingRecord } from '../produce/outgoing.ts'

export type Draft = Pick<OutgoingRecord, 'key' | 'value' | 'headers'> & {
  /** Now when left out. */
  timestamp?: bigint
  /** That of the key when left out. */
  partition?: number
}

export type FileLine = {
  /** From 1; of a CSV row the first of its lines. */
  line: number
  /** The beginning of it, to show beside a reason. */
  text: () => string
} & ({ draft: Draft } | { refusal: string })

/** Most bytes that a line or a row may have: a value of several megabytes as base64, and more. */
export const LINE_BYTES_MAX = 16 * 1024 * 1024

/** Ends the import: from here on the file cannot be understood. The message says where. */
export class FileError extends Error {
  /** The first line that was not read as it was meant, where that is known. */
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

const SHOWN_CHARACTERS = 500

export function shownText(bytes: Buffer): string {
  return bytes.toString('utf8', 0, SHOWN_CHARACTERS * 4).slice(0, SHOWN_CHARACTERS)
}

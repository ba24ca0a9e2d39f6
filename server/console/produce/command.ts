// The kcat command that sends the same record, where kcat can send it.
//
// The partition is always named: kcat hashes keys in another way than Kafka's own clients. kcat
// cannot set a timestamp, takes what it sends by lines, and has no bytes that are not text.

import { isUtf8 } from 'node:buffer'
import type { CodecName } from '../../records/compression.ts'
import { shellWord } from '../shell-word.ts'
import type { OutgoingRecord } from './outgoing.ts'

const COMMAND_LENGTH_MAX = 4_000

export interface CommandOptions {
  bootstrap: readonly string[]
  topic: string
  codec: CodecName
  /** The record bears a time that somebody chose. */
  hasOwnTimestamp: boolean
}

export function kcatCommand(record: OutgoingRecord, options: CommandOptions): string | null {
  const key = record.key === null ? null : lineOf(record.key)
  const value = record.value === null ? null : lineOf(record.value)
  const headers = record.headers.map(headerOf)
  if (options.hasOwnTimestamp || key === undefined || value === undefined) return null
  if (headers.includes(undefined)) return null
  const producer = [
    `kcat -P -b ${shellWord(options.bootstrap.join(','))}`,
    `-t ${shellWord(options.topic)} -p ${record.partition}`,
    ...(options.codec === 'none' ? [] : [`-z ${options.codec}`]),
    ...headers.map((header) => `-H ${shellWord(header ?? '')}`),
  ].join(' ')
  const command = commandFor(producer, key, value)
  return command === null || command.length > COMMAND_LENGTH_MAX ? null : command
}

function commandFor(producer: string, key: string | null, value: string | null): string | null {
  if (value !== null) {
    const fixedKey = key === null ? '' : ` -k ${shellWord(key)}`
    return `printf %s ${shellWord(value)} | ${producer}${fixedKey}`
  }
  // -Z makes an empty value null; the key then has to come with it.
  if (key === null || key.includes('\t')) return null
  return `printf '%s\\t' ${shellWord(key)} | ${producer} -Z -K '\\t'`
}

/** Text on one line; undefined for what kcat would cut, leave out, or not read as text. */
function lineOf(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || !isUtf8(bytes)) return undefined
  const text = Buffer.from(bytes).toString()
  return /[\n\0]/.test(text) ? undefined : text
}

function headerOf({ key, value }: OutgoingRecord['headers'][number]): string | undefined {
  if (key === '' || key.includes('=')) return undefined
  if (value === null) return key
  const text = lineOf(value)
  return text === undefined ? undefined : `${key}=${text}`
}

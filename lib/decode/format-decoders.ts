// Formats that describe themselves, and encodings of text. Those that could be taken for
// something else are only used when a person asks for them.

import { SaxesParser } from 'saxes'
import { base64Of, uuidOf } from '../schemas/bytes-text.ts'
import { PayloadError } from '../schemas/schema.ts'
import { readCbor } from './binary/cbor.ts'
import { readMessagePack } from './binary/msgpack.ts'
import type { Decoder, Verdict } from './decoders.ts'

/** What a compressed payload may grow to. */
export const UNZIPPED_BYTES_MAX = 16 * 1024 * 1024

export const gzip: Decoder = {
  name: 'gzip',
  decode: ({ bytes }, _textMax, context) => {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { reason: 'it does not begin with 1F 8B' }
    const inside = context.gunzip(bytes, UNZIPPED_BYTES_MAX)
    return 'reason' in inside ? inside : { inside }
  },
}

/** Documents beyond this are shown as text without a look at their grammar. */
const XML_LENGTH_MAX = 1024 * 1024

/** A well-formed document. The text stays the original. */
export const xml: Decoder = {
  name: 'xml',
  decode: (subject) => {
    const text = subject.text
    if (text === undefined) return { reason: 'it is not valid UTF-8' }
    if (!/^\ufeff?\s*</.test(text)) return { reason: 'it does not begin with <' }
    if (text.length > XML_LENGTH_MAX) return { reason: 'it is too long to be checked' }
    // Entities are not followed, so a document cannot grow.
    const parser = new SaxesParser({ xmlns: false })
    let problem: string | undefined
    parser.on('error', (error) => {
      problem ??= error.message
    })
    parser.write(text).close()
    return problem === undefined ? { text } : { reason: `it is not well-formed XML: ${problem}` }
  },
}

/** A map with names; other MessagePack values look like too much else. */
export const messagePack: Decoder = {
  name: 'messagepack',
  decode: ({ bytes }, _textMax, context) => {
    const [first] = bytes
    const isMap =
      first !== undefined && ((first > 0x80 && first < 0x90) || first === 0xde || first === 0xdf)
    if (!isMap && context.choice === null) return { reason: 'it does not begin with a map' }
    return attempt(() => readMessagePack(bytes))
  },
}

/** A map, or anything behind the tag that says it is CBOR. */
export const cbor: Decoder = {
  name: 'cbor',
  decode: ({ bytes }, _textMax, context) => {
    const [first] = bytes
    const isMap = first !== undefined && first > 0xa0 && first <= 0xbf
    const isTagged = first === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7
    if (!isMap && !isTagged && context.choice === null) {
      return { reason: 'it begins neither with a map nor with the tag of CBOR' }
    }
    return attempt(() => readCbor(bytes))
  },
}

function attempt(read: () => unknown): Verdict {
  try {
    return { data: read() }
  } catch (error) {
    if (error instanceof PayloadError) return { reason: error.message }
    throw error
  }
}

/** 16 bytes with the version and variant of RFC 9562, or any 16 when a person says so. */
export const uuid: Decoder = {
  name: 'uuid',
  decode: ({ bytes }, _textMax, context) => {
    if (bytes.length !== 16) return { reason: 'it is not 16 bytes long' }
    const version = (bytes[6] as number) >> 4
    const variant = (bytes[8] as number) >> 6
    if (context.choice === null && (version < 1 || version > 8 || variant !== 2)) {
      return { reason: 'it has no version and variant of a UUID' }
    }
    return { text: uuidOf(bytes) }
  },
}

export const base64: Decoder = {
  name: 'base64',
  decode: ({ bytes }, textMax) => {
    // Whole groups of three bytes, so that what is cut is still base64.
    const shown = bytes.subarray(0, Math.ceil(textMax / 4) * 3)
    return { text: base64Of(shown), isCut: shown.length < bytes.length }
  },
}

export const float32: Decoder = {
  name: 'float32',
  decode: ({ bytes, view }) => {
    if (bytes.length !== 4) return { reason: 'it is not 4 bytes long' }
    return { text: String(view.getFloat32(0)) }
  },
}

/** UTF-16 that says so with a byte order mark. */
export const utf16: Decoder = {
  name: 'utf-16',
  decode: ({ bytes }, _textMax, context) => {
    const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe
    const isBig = bytes[0] === 0xfe && bytes[1] === 0xff
    if (!isLittle && !isBig && context.choice === null) {
      return { reason: 'it does not begin with a byte order mark' }
    }
    return decodeText(isLittle ? 'utf-16le' : 'utf-16be', bytes)
  },
}

/** A text in an encoding that bytes cannot tell: only by choice. */
export function encodedText(
  name: 'latin1' | 'windows-1252' | 'shift_jis' | 'euc-jp' | 'gbk' | 'koi8-r',
): Decoder {
  const label = name === 'latin1' ? 'iso-8859-1' : name
  return { name, decode: ({ bytes }) => decodeText(label, bytes) }
}

function decodeText(encoding: string, bytes: Uint8Array): Verdict {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) }
  } catch {
    return { reason: `it is not valid ${encoding}` }
  }
}

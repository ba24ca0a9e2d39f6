// From bytes to what a person reads: the first decoder in the chain that accepts them, with the
// reasons of those that refused before it. Null stays null, which is not empty.

import type { Payload } from '../contracts/messages.ts'
import { writeExactJson } from '../schemas/exact-json.ts'
import { decodersFor } from './chain.ts'
import { BARE, type DecodeContext, type SchemaKey, type SchemaRead } from './context.ts'
import type { Decoder, Verdict } from './decoders.ts'
import { Subject } from './subject.ts'

export interface DecodeOptions {
  /** Most characters of text; what is longer is cut, and says so. */
  textMax: number
  context?: DecodeContext
}

/** Decodes with what is at hand. What would have to be fetched first counts as not to be had. */
export function decodePayload(bytes: Uint8Array | null, options: DecodeOptions): Payload | null {
  if (bytes === null) return null
  const decoded = tryDecode(bytes, options)
  if ('needs' in decoded) throw new Error('A source of schemas that loads must be waited for.')
  return decoded
}

/** The payload, or the schema that must be there first. */
export function tryDecode(
  bytes: Uint8Array,
  { textMax, context = BARE }: DecodeOptions,
): Payload | { needs: SchemaKey } {
  const found = findDecoder(bytes, textMax, context)
  if ('needs' in found) return found
  const { verdict, decoder, refused, wrappings } = found
  const isData = 'data' in verdict
  const text = isData ? writeExactJson(verdict.data, textMax) : verdict.text
  const cut = cutText(text, textMax)
  const isCut = !isData && verdict.isCut === true
  return {
    size: bytes.length,
    decoder: decoder.name,
    text: cut,
    truncated: isCut || cut.length < text.length,
    refused,
    ...(isData && verdict.schema !== undefined ? { schema: verdict.schema } : {}),
    ...(wrappings.length > 0 ? { wrappings } : {}),
  }
}

export interface DecodedData {
  decoder: string
  data: unknown
  isText: boolean
  /** Where a schema was used. */
  read?: SchemaRead | undefined
}

/** Of the same bytes, the data: what was text stays text. */
export function decodeData(
  bytes: Uint8Array,
  context: DecodeContext,
): DecodedData | { needs: SchemaKey } {
  const found = findDecoder(bytes, Number.MAX_SAFE_INTEGER, context)
  if ('needs' in found) return found
  const { decoder, verdict } = found
  return 'data' in verdict
    ? { decoder: decoder.name, data: verdict.data, isText: false, read: verdict.read }
    : { decoder: decoder.name, data: verdict.text, isText: true }
}

interface Found {
  decoder: Decoder
  verdict: Extract<Verdict, { text: string } | { data: unknown }>
  refused: Payload['refused']
  wrappings: string[]
}

/** Bytes wrapped in bytes wrapped in bytes are followed so far. */
const WRAPPINGS_MAX = 3

function findDecoder(
  bytes: Uint8Array,
  textMax: number,
  context: DecodeContext,
): Found | { needs: SchemaKey } {
  const refused: Payload['refused'] = []
  const wrappings: string[] = []
  let subject = new Subject(bytes)
  let decoders = decodersFor(context)
  for (let at = 0; at < decoders.length; at++) {
    const decoder = decoders[at] as Decoder
    const verdict = decoder.decode(subject, textMax, context)
    if ('needs' in verdict) return verdict
    if ('reason' in verdict) refused.push({ decoder: decoder.name, reason: verdict.reason })
    else if (!('inside' in verdict)) return { decoder, verdict, refused, wrappings }
    else if (wrappings.length === WRAPPINGS_MAX) {
      refused.push({ decoder: decoder.name, reason: 'it is wrapped too many times' })
    } else {
      wrappings.push(decoder.name)
      refused.length = 0
      subject = new Subject(verdict.inside)
      decoders = decodersFor({ ...context, choice: null, own: [] })
      at = -1
    }
  }
  throw new Error('The last decoder accepts everything.')
}

/** At most `max` UTF-16 units, never ending inside a surrogate pair. */
function cutText(value: string, max: number): string {
  if (value.length <= max) return value
  const last = value.charCodeAt(max - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return value.slice(0, splitsPair ? max - 1 : max)
}

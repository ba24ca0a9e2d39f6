// From bytes to what a person reads: the first decoder in the chain that accepts them, with the
// reasons of those that refused before it. Null stays null, which is not empty.

import type { Payload } from '../contracts/messages.ts'
import { type Decoder, empty, float64, hex, int32, int64, json, text } from './decoders.ts'
import { Subject } from './subject.ts'

/** In this order; `hex` accepts everything. */
export const DECODERS: readonly Decoder[] = [empty, json, text, int32, int64, float64, hex]

export interface DecodeOptions {
  /** Most characters of text; what is longer is cut, and says so. */
  textMax: number
  decoders?: readonly Decoder[]
}

export function decodePayload(bytes: Uint8Array | null, options: DecodeOptions): Payload | null {
  if (bytes === null) return null
  const subject = new Subject(bytes)
  const refused: Payload['refused'] = []
  for (const decoder of options.decoders ?? DECODERS) {
    const verdict = decoder.decode(subject, options.textMax)
    if ('text' in verdict) {
      const cut = cutText(verdict.text, options.textMax)
      return {
        size: bytes.length,
        decoder: decoder.name,
        text: cut,
        truncated: verdict.isCut === true || cut.length < verdict.text.length,
        refused,
      }
    }
    refused.push({ decoder: decoder.name, reason: verdict.reason })
  }
  return decodePayload(bytes, { ...options, decoders: [...(options.decoders ?? []), hex] })
}

/** At most `max` UTF-16 units, never ending inside a surrogate pair. */
function cutText(value: string, max: number): string {
  if (value.length <= max) return value
  const last = value.charCodeAt(max - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return value.slice(0, splitsPair ? max - 1 : max)
}

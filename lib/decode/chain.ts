// All decoders, in the order in which the chain asks them, and those that only a choice uses.

import { connectJson } from './connect-json.ts'
import type { DecodeContext } from './context.ts'
import {
  boolean,
  type Decoder,
  empty,
  float64,
  hex,
  int16,
  int32,
  int64,
  json,
  text,
} from './decoders.ts'
import {
  base64,
  cbor,
  encodedText,
  float32,
  gzip,
  messagePack,
  utf16,
  uuid,
  xml,
} from './format-decoders.ts'
import {
  avroSingleObject,
  chosenMessage,
  chosenSchema,
  confluent,
  confluentHeader,
} from './schema-decoders.ts'
import { Subject } from './subject.ts'
import { type Taken, windowedKeys } from './windowed.ts'

/** In this order; `hex` accepts everything. */
export const CHAIN: readonly Decoder[] = [
  empty,
  confluentHeader,
  confluent,
  avroSingleObject,
  gzip,
  connectJson,
  json,
  xml,
  text,
  utf16,
  uuid,
  int32,
  int64,
  float64,
  messagePack,
  cbor,
  hex,
]

const BY_CHOICE: readonly Decoder[] = [
  chosenSchema,
  chosenMessage,
  base64,
  int16,
  boolean,
  float32,
  encodedText('latin1'),
  encodedText('windows-1252'),
  encodedText('shift_jis'),
  encodedText('euc-jp'),
  encodedText('gbk'),
  encodedText('koi8-r'),
  ...windowedKeys(firstThatTakes),
]

const BY_NAME = new Map([...CHAIN, ...BY_CHOICE].map((decoder) => [decoder.name, decoder]))

/** Names that a choice may have. */
export const DECODER_NAMES: readonly string[] = [...BY_NAME.keys()].filter(
  (name) => name !== 'empty',
)

/**
 * Those to ask. For a choice: it alone, and what shows the bytes when it refuses. Without one, the
 * chain, behind what the topic has of its own.
 */
export function decodersFor(context: DecodeContext): readonly Decoder[] {
  const chosen = context.choice === null ? undefined : BY_NAME.get(context.choice.decoder)
  if (chosen !== undefined) return [empty, chosen, hex]
  const { own = [] } = context
  return own.length === 0 ? CHAIN : [...own, ...CHAIN]
}

/** The first of the chain that takes these bytes, and what it makes of them. */
function firstThatTakes(subject: Subject, textMax: number, context: DecodeContext): Taken {
  for (const decoder of CHAIN) {
    const verdict = decoder.decode(subject, textMax, context)
    if ('inside' in verdict) return firstThatTakes(new Subject(verdict.inside), textMax, context)
    if (!('reason' in verdict)) return { decoder: decoder.name, verdict }
  }
  throw new Error('The last decoder accepts everything.')
}

// Keys of Kafka Streams' windows: the key itself, followed by the start of its window, or by the
// end and the start of its session, each eight bytes of milliseconds (TimeWindowedSerializer,
// SessionWindowedSerializer; in changelogs a sequence number of four bytes may follow). Bytes
// cannot tell, so only by choice.

import { exactInteger, parseExactJson } from '../schemas/exact-json.ts'
import { instantOf } from '../schemas/instant.ts'
import type { DecodeContext } from './context.ts'
import type { Decoder, Verdict } from './decoders.ts'
import { Subject } from './subject.ts'

/** A decoder's name, and what it made of the bytes. */
export interface Taken {
  decoder: string
  verdict: Exclude<Verdict, { reason: string } | { inside: Uint8Array }>
}

/** `inner`: what the key before the window is shown with. */
export function windowedKeys(
  inner: (subject: Subject, textMax: number, context: DecodeContext) => Taken,
): Decoder[] {
  const decoder = (name: string, tail: number, show: (view: DataView) => object): Decoder => ({
    name,
    decode: (subject, textMax, context) => {
      const { bytes } = subject
      if (bytes.length < tail) return { reason: `it is shorter than the ${tail} bytes of a window` }
      const at = bytes.length - tail
      const without = { ...context, choice: null }
      const { decoder, verdict } = inner(new Subject(bytes.subarray(0, at)), textMax, without)
      if ('needs' in verdict) return verdict
      const shown = 'data' in verdict ? verdict.data : dataOf(decoder, verdict.text)
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, tail)
      return { data: { key: shown, ...show(view) } }
    },
  })
  return [
    decoder('windowed', 8, (view) => ({ start: momentAt(view, 0) })),
    decoder('windowed-store', 12, (view) => ({
      start: momentAt(view, 0),
      sequence: view.getInt32(8),
    })),
    decoder('windowed-session', 16, (view) => ({
      start: momentAt(view, 8),
      end: momentAt(view, 0),
    })),
  ]
}

/** What a text stands for, where its decoder says that it is more than a text. */
function dataOf(decoder: string, text: string): unknown {
  switch (decoder) {
    case 'json':
    case 'connect-json':
      return parseExactJson(text)
    case 'int32':
    case 'float64':
      return Number(text)
    case 'int64':
      return exactInteger(BigInt(text))
    default:
      return text
  }
}

function momentAt(view: DataView, at: number): string | number | bigint {
  const ms = exactInteger(view.getBigInt64(at))
  if (typeof ms === 'bigint' || Math.abs(ms) > 8.64e15) return ms
  const seconds = Math.floor(ms / 1000)
  return instantOf(seconds, (ms - seconds * 1000) * 1e6)
}

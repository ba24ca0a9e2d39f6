// Keys of Kafka Streams' windows: the key itself, followed by the start of its window, or by the
// end and the start of its session, each eight bytes of milliseconds (TimeWindowedSerializer,
// SessionWindowedSerializer; in changelogs a sequence number of four bytes may follow). Bytes
// cannot tell, so only by choice.

import { exactInteger } from '../schemas/exact-json.ts'
import { instantOf } from '../schemas/instant.ts'
import type { DecodeContext } from './context.ts'
import type { Decoder, Verdict } from './decoders.ts'
import { Subject } from './subject.ts'

/** `inner`: what the key before the window is shown with. */
export function windowedKeys(
  inner: (subject: Subject, textMax: number, context: DecodeContext) => Verdict,
): Decoder[] {
  const decoder = (name: string, tail: number, show: (view: DataView) => object): Decoder => ({
    name,
    decode: (subject, textMax, context) => {
      const { bytes } = subject
      if (bytes.length < tail) return { reason: `it is shorter than the ${tail} bytes of a window` }
      const at = bytes.length - tail
      const key = inner(new Subject(bytes.subarray(0, at)), textMax, { ...context, choice: null })
      if ('needs' in key) return key
      const shown = 'data' in key ? key.data : 'text' in key ? key.text : null
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

function momentAt(view: DataView, at: number): string | number | bigint {
  const ms = exactInteger(view.getBigInt64(at))
  if (typeof ms === 'bigint' || Math.abs(ms) > 8.64e15) return ms
  const seconds = Math.floor(ms / 1000)
  return instantOf(seconds, (ms - seconds * 1000) * 1e6)
}

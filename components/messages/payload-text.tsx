// A payload on one line: what a row shows of a key or value. A null, an empty and a blank text
// look different from each other and from the words that name them.

import type { Payload } from '../../lib/contracts/messages.ts'
import { formatBytes } from '../../lib/format/count.ts'

/** A row is at most a few hundred letters wide; more would only be drawn to be cut off. */
const previewMax = 400

export function PayloadText({ payload, nullWord }: { payload: Payload | null; nullWord: string }) {
  if (payload === null) return <Absent>{nullWord}</Absent>
  if (payload.size === 0) return <Absent>empty</Absent>
  const text = payload.text.slice(0, previewMax).replaceAll(/\s+/g, ' ')
  if (text.trim() === '') return <Absent>blank, {formatBytes(payload.size)}</Absent>
  return (
    <span className="data">
      {payload.decoder === 'hex' && <span className="mr-1 text-faint">0x</span>}
      {text}
    </span>
  )
}

/** In a dashed frame, which no data ever has. */
export function Absent({ children }: { children: React.ReactNode }) {
  return (
    <span className="inline-block rounded border border-line-strong border-dashed px-1.5 text-soft text-xs leading-[18px]">
      {children}
    </span>
  )
}

// A payload on one line: what a row shows of a key or value. A null, an empty and a blank text
// look different from each other and from the words that name them. What a query matched is
// marked, and when it stands far inside, the line begins shortly before it.

import type { Payload } from '../../lib/contracts/messages.ts'
import { formatBytes } from '../../lib/format/count.ts'
import { reachOf, splitByMark } from '../search/marks.ts'

/** A row is at most a few hundred letters wide; more would only be drawn to be cut off. */
const previewMax = 400
/** A match further inside than this would be cut off by most columns. */
const leadMax = 100

interface PayloadTextProps {
  payload: Payload | null
  nullWord: string
  mark?: RegExp | null
}

export function PayloadText({ payload, nullWord, mark = null }: PayloadTextProps) {
  if (payload === null) return <Absent>{nullWord}</Absent>
  if (payload.size === 0) return <Absent>empty</Absent>
  const start = mark === null ? 0 : previewStart(payload.text, mark)
  const text = payload.text.slice(start, start + previewMax).replaceAll(/\s+/g, ' ')
  if (start === 0 && text.trim() === '') return <Absent>blank, {formatBytes(payload.size)}</Absent>
  return (
    <span className="data">
      {payload.decoder === 'hex' && <span className="mr-1 text-faint">0x</span>}
      {start > 0 && <span className="text-faint">… </span>}
      {mark === null ? text : <Marked text={text} mark={mark} />}
    </span>
  )
}

function previewStart(text: string, mark: RegExp): number {
  const found = text
    .slice(0, reachOf(mark))
    .search(new RegExp(mark.source, mark.flags.replace('g', '')))
  return found <= leadMax ? 0 : found - 30
}

export function Marked({ text, mark }: { text: string; mark: RegExp }) {
  return splitByMark(text, mark).map((piece, index) =>
    piece.marked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text in their order.
      <mark key={index} className="rounded-xs bg-mark text-text">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
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

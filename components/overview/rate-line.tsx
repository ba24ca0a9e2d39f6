'use client'
// Records per second since the page was opened, as a line. It is drawn from what the stream has
// brought to this tab: a short memory, and it says so.

import { useRef, useState } from 'react'
import { formatRate } from '../../lib/format/count.ts'

interface Point {
  at: number
  rate: number
}

const pointsMax = 240
const width = 600
const height = 72

/** The points so far; a new one for every overview that carries a rate. */
export function useRatePoints(
  overview: { recordsPerSecond: number | null } | undefined,
): readonly Point[] {
  const seen = useRef<unknown>(undefined)
  const [points, setPoints] = useState<readonly Point[]>([])
  const rate = overview?.recordsPerSecond ?? null
  if (overview !== undefined && rate !== null && seen.current !== overview) {
    seen.current = overview
    setPoints([...points, { at: performance.now(), rate }].slice(-pointsMax))
  }
  return points
}

export function RateLine({ points }: { points: readonly Point[] }) {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 3) {
    return (
      <p className="flex h-[72px] items-center text-faint text-xs">
        The line begins as updates arrive
      </p>
    )
  }
  const top = Math.max(...points.map((point) => point.rate))
  const span = Math.max(1, last.at - first.at)
  const x = (point: Point) => ((point.at - first.at) / span) * width
  const y = (point: Point) => height - 2 - (point.rate / Math.max(1, top)) * (height - 6)
  const line = points.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(' ')
  return (
    <figure className="flex flex-col gap-1">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="h-[72px] w-full"
        role="img"
        aria-label={`Records per second since this page was opened: now ${formatRate(last.rate)}, at most ${formatRate(top)}`}
      >
        <line
          x1="0"
          y1={height - 1}
          x2={width}
          y2={height - 1}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
        <polyline
          points={line}
          fill="none"
          strokeWidth="1.5"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
          className="stroke-accent"
        />
      </svg>
      <figcaption className="figures flex justify-between text-faint text-xs">
        <span>since this page was opened</span>
        <span>at most {formatRate(top)}</span>
      </figcaption>
    </figure>
  )
}

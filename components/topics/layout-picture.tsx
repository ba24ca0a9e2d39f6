'use client'
// The layout picture: brokers down, partitions across, in as many bands as the width asks for.
// Leader filled, in-sync follower outlined, follower out of sync hatched, offline crossed out;
// the four differ in shape, so that colour only repeats what the shape says.

import { useEffect, useId, useRef, useState } from 'react'
import type { PartitionRow, TopicDetail } from '../../lib/contracts/topics.ts'
import {
  type CellState,
  cellState,
  cellText,
  describeLayout,
  layoutBrokers,
} from './layout-cells.ts'

const pitch = 22
const size = 17
const labels = 104
const head = 18

type LayoutBroker = ReturnType<typeof layoutBrokers>[number]

export function LayoutPicture({ topic }: { topic: Pick<TopicDetail, 'brokers' | 'partitions'> }) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(720)
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(entry.contentRect.width)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const hatch = useId()
  const brokers = layoutBrokers(topic.brokers, topic.partitions)
  const perBand = Math.max(4, Math.floor((width - labels) / pitch))
  const bands: PartitionRow[][] = []
  for (let at = 0; at < topic.partitions.length; at += perBand) {
    bands.push(topic.partitions.slice(at, at + perBand))
  }
  const height = head + brokers.length * pitch

  return (
    <figure
      ref={frame}
      role="img"
      aria-label={`Layout. ${describeLayout(brokers, topic.partitions)}`}
      className="flex flex-col gap-3"
    >
      <svg width="0" height="0" className="absolute" aria-hidden="true">
        <HatchPattern id={hatch} />
      </svg>
      {bands.map((band) => (
        <svg
          key={band[0]?.partition}
          width={labels + band.length * pitch}
          height={height}
          aria-hidden="true"
          className="max-w-full [content-visibility:auto]"
          style={{ containIntrinsicSize: `${width}px ${height}px` }}
        >
          {brokers.map((broker, row) => (
            <BrokerLabel key={broker.id} broker={broker} y={head + row * pitch} />
          ))}
          {band.map((partition, column) => (
            <PartitionColumn
              key={partition.partition}
              partition={partition}
              brokers={brokers}
              x={labels + column * pitch}
              hatch={hatch}
              labelled={topic.partitions.length <= 60 || partition.partition % 5 === 0}
            />
          ))}
        </svg>
      ))}
    </figure>
  )
}

function BrokerLabel({ broker, y }: { broker: LayoutBroker; y: number }) {
  return (
    <text x="0" y={y + size / 2} dominantBaseline="central" className="fill-text text-xs">
      Broker {broker.id}
      <tspan dx="6" className="fill-faint">
        {broker.gone ? 'gone' : (broker.rack ?? '').slice(0, 7)}
      </tspan>
    </text>
  )
}

interface PartitionColumnProps {
  partition: PartitionRow
  brokers: readonly LayoutBroker[]
  x: number
  hatch: string
  labelled: boolean
}

function PartitionColumn({ partition, brokers, x, hatch, labelled }: PartitionColumnProps) {
  return (
    <g>
      {labelled && (
        <text x={x + size / 2} y={9} textAnchor="middle" className="figures fill-faint text-[10px]">
          {partition.partition}
        </text>
      )}
      {brokers.map((broker, row) => (
        <Cell
          key={broker.id}
          state={cellState(partition, broker.id)}
          x={x}
          y={head + row * pitch}
          hatch={hatch}
          title={`Partition ${partition.partition}, broker ${broker.id}`}
        />
      ))}
    </g>
  )
}

interface CellProps {
  state: CellState
  x: number
  y: number
  hatch: string
  title?: string
}

export function Cell({ state, x, y, hatch, title }: CellProps) {
  const inner = { x: x + 0.75, y: y + 0.75, width: size - 1.5, height: size - 1.5, rx: 2.5 }
  return (
    <g data-state={state}>
      {title !== undefined && <title>{`${title}: ${cellText[state]}`}</title>}
      {state === 'none' && (
        <circle cx={x + size / 2} cy={y + size / 2} r="1.2" className="fill-line-strong" />
      )}
      {state === 'leader' && (
        <rect {...inner} strokeWidth="1.5" className="fill-accent stroke-accent" />
      )}
      {state === 'in-sync' && (
        <rect {...inner} strokeWidth="1.5" className="fill-none stroke-accent" />
      )}
      {state === 'out-of-sync' && (
        <rect {...inner} strokeWidth="1.5" fill={`url(#${hatch})`} className="stroke-warn" />
      )}
      {state === 'offline' && (
        <>
          <rect {...inner} strokeWidth="1.5" className="fill-none stroke-bad" />
          <path
            d={`M${x + 3.5} ${y + 3.5}l${size - 7} ${size - 7}m0 -${size - 7}l-${size - 7} ${size - 7}`}
            strokeWidth="2"
            className="stroke-bad"
          />
        </>
      )}
    </g>
  )
}

function HatchPattern({ id }: { id: string }) {
  return (
    <pattern
      id={id}
      width="4.5"
      height="4.5"
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <line x1="0" y1="0" x2="0" y2="4.5" strokeWidth="2.2" className="stroke-warn" />
    </pattern>
  )
}

const legend = ['leader', 'in-sync', 'out-of-sync', 'offline'] as const

export function LayoutLegend() {
  const hatch = useId()
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-soft text-xs">
      {legend.map((state) => (
        <li key={state} className="flex items-center gap-1.5">
          <svg width={size} height={size} aria-hidden="true">
            <HatchPattern id={hatch} />
            <Cell state={state} x={0} y={0} hatch={hatch} />
          </svg>
          {cellText[state]}
        </li>
      ))}
    </ul>
  )
}

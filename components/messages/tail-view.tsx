'use client'
// The live tail on screen. New rows slide in at the top while the top is in view; whoever has
// scrolled down, opened a record or pressed pause keeps the rows that are there.

import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import { useState } from 'react'
import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import { formatCount } from '../../lib/format/count.ts'
import { DataTable } from '../data-table/data-table.tsx'
import { State } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemLine } from '../ui/states.tsx'
import type { MessagesTable } from './messages-view.tsx'
import { tailRowsMax, useTail } from './tail.ts'

interface TailViewProps {
  cluster: string
  topic: string
  partitions: string
  table: MessagesTable
}

export function TailView({ cluster, topic, partitions, table }: TailViewProps) {
  const [paused, setPaused] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  const tail = useTail(cluster, topic, partitions, true)
  const [kept, setKept] = useState<readonly KafkaRecord[] | null>(null)
  const holding = paused || scrolled || table.currentId !== null
  if (holding && kept === null) setKept(tail.records)
  if (!holding && kept !== null) setKept(null)
  const rows = kept ?? tail.records

  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-3 pb-2">
        <Button onClick={() => setPaused(!paused)} aria-pressed={paused}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? 'Resume' : 'Pause'}
        </Button>
        {tail.state === 'lost' ? (
          <State tone="bad">Disconnected, trying again</State>
        ) : tail.state === 'connecting' ? (
          <State tone="neutral">Connecting</State>
        ) : holding ? (
          <State tone="warn">Rows held</State>
        ) : (
          <State tone="good">Live</State>
        )}
        <p className="figures text-soft">
          showing {formatCount(tail.shown)} of {formatCount(tail.arrived)}/s
        </p>
        <p className="ml-auto text-faint text-xs max-sm:hidden">
          The last {formatCount(tailRowsMax)} are kept
        </p>
      </div>
      {tail.problem !== null && <ProblemLine problem={tail.problem} />}
      <DataTable
        label="Messages as they arrive"
        rows={rows}
        onScrolled={(top) => setScrolled(top > 8)}
        empty={tail.state === 'open' ? 'Waiting for new messages' : 'Connecting'}
        {...table}
      />
    </>
  )
}

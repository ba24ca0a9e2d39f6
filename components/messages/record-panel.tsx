'use client'
// One record beside the table (over it on a narrow window). The record's place is in the URL, so
// a link opens it by itself, whether or not it is on the page that the table shows.

import { useQuery } from '@tanstack/react-query'
import ChevronDown from 'lucide-react/icons/chevron-down'
import ChevronUp from 'lucide-react/icons/chevron-up'
import Send from 'lucide-react/icons/send'
import X from 'lucide-react/icons/x'
import dynamic from 'next/dynamic'
import { useEffect, useRef, useState } from 'react'
import { recordQuery } from '../../lib/api/messages.ts'
import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import type { Path } from '../../lib/query/condition.ts'
import type { ScalarValue } from '../search/add-condition.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Time } from '../ui/time.tsx'
import { messagesAddress, type parts, type RecordPlace } from './messages-url.ts'
import { type PayloadForm, PayloadView } from './payload-view.tsx'
import { HeadersView, MetadataView } from './record-parts.tsx'

const SendAgain = dynamic(() =>
  import('../transfer/send-again.tsx').then((module) => module.SendAgain),
)
const ChangesView = dynamic(() => import('./changes-view.tsx').then((module) => module.ChangesView))

export type RecordPart = (typeof parts)[number]

interface RecordPanelProps {
  cluster: string
  topic: string
  place: RecordPlace
  /** The record, when the page beside has it. */
  known: KafkaRecord | undefined
  part: RecordPart
  form: PayloadForm | null
  onView: (view: { part?: RecordPart; form?: PayloadForm | null }) => void
  onPlace: (place: RecordPlace) => void
  onClose: () => void
  /** What a click on a value of the tree adds to the query. */
  onFilter: (path: Path, value: ScalarValue, negated: boolean) => void
  onColumn: (path: Path) => void
}

export function RecordPanel(props: RecordPanelProps) {
  const { cluster, topic, place, known, onClose } = props
  const single = useQuery({
    ...recordQuery(cluster, topic, place.partition, place.offset),
    enabled: known === undefined,
  })
  const record = known ?? single.data
  const closing = useRef(onClose)
  useEffect(() => {
    closing.current = onClose
  })
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (document.querySelector('[role=dialog], [role=menu]') !== null) return
      closing.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  const offset = BigInt(place.offset)
  const goTo = (next: bigint) => props.onPlace({ partition: place.partition, offset: String(next) })
  const link = messagesAddress(cluster, topic, { record: place })

  return (
    <aside
      aria-label={`Record ${place.offset} of partition ${place.partition}`}
      className="flex min-h-0 flex-col border-l pl-4 max-lg:fixed max-lg:inset-0 max-lg:z-30 max-lg:border-0 max-lg:bg-surface max-lg:p-4 lg:w-1/2 lg:max-w-3xl"
    >
      <div className="flex items-center gap-1 py-2">
        <h2 className="figures min-w-0 truncate font-semibold text-base">
          Partition {place.partition}, offset {place.offset}
        </h2>
        <CopyButton
          label="Copy a link to this record"
          text={() => Promise.resolve(new URL(link, window.location.href).href)}
        />
        <div className="ml-auto flex">
          <Button
            look="quiet"
            size="icon-small"
            aria-label="Previous record of the partition"
            title="Previous record of the partition"
            disabled={offset === 0n}
            onClick={() => goTo(offset - 1n)}
          >
            <ChevronUp aria-hidden />
          </Button>
          <Button
            look="quiet"
            size="icon-small"
            aria-label="Next record of the partition"
            title="Next record of the partition"
            onClick={() => goTo(offset + 1n)}
          >
            <ChevronDown aria-hidden />
          </Button>
          <Button
            look="quiet"
            size="icon-small"
            aria-label="Close the record"
            title="Close ( Esc )"
            onClick={onClose}
          >
            <X aria-hidden />
          </Button>
        </div>
      </div>
      {record !== undefined ? (
        <RecordBody {...props} record={record} />
      ) : single.error !== null ? (
        <Failed what="This record" error={single.error} onRetry={() => void single.refetch()} />
      ) : (
        <Loading what="the record" rows={8} />
      )}
    </aside>
  )
}

function RecordBody(props: RecordPanelProps & { record: KafkaRecord }) {
  const { cluster, topic, record, part, form, onView } = props
  const [sending, setSending] = useState(false)
  const payload = (which: 'key' | 'value') => (
    <PayloadView
      key={`${record.partition}-${record.offset}-${which}`}
      cluster={cluster}
      topic={topic}
      record={record}
      which={which}
      form={form}
      onForm={(next) => onView({ form: next })}
      actions={{
        filter: (steps, value, negated) => props.onFilter({ root: which, steps }, value, negated),
        column: (steps) => props.onColumn({ root: which, steps }),
      }}
    />
  )
  const inside = (content: React.ReactNode) => (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto py-2">{content}</div>
  )
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 pb-1 text-soft">
        <Time timestamp={record.timestamp} />
        <Button size="small" className="ml-auto" onClick={() => setSending(true)}>
          <Send aria-hidden />
          Send again
        </Button>
      </div>
      {sending && (
        <SendAgain
          cluster={cluster}
          topic={topic}
          record={record}
          onClose={() => setSending(false)}
        />
      )}
      <Tabs
        label="Record"
        value={part}
        onChange={(next) => onView({ part: next })}
        tabs={[
          { value: 'value', label: 'Value', content: part === 'value' && inside(payload('value')) },
          { value: 'key', label: 'Key', content: part === 'key' && inside(payload('key')) },
          {
            value: 'headers',
            label: `Headers (${record.headers.length})`,
            content:
              part === 'headers' &&
              inside(
                <HeadersView
                  record={record}
                  onFilter={(name, value, negated) =>
                    props.onFilter(
                      { root: 'header', steps: [{ kind: 'name', name }] },
                      value,
                      negated,
                    )
                  }
                />,
              ),
          },
          {
            value: 'metadata',
            label: 'Metadata',
            content: part === 'metadata' && inside(<MetadataView record={record} />),
          },
          {
            value: 'diff',
            label: 'Diff',
            content:
              part === 'diff' &&
              inside(
                <ChangesView
                  key={`${record.partition}-${record.offset}`}
                  cluster={cluster}
                  topic={topic}
                  record={record}
                  onPlace={props.onPlace}
                />,
              ),
          },
        ]}
      />
    </>
  )
}

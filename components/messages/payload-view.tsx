'use client'
// A key or a value in full: as a tree, as text, or as bytes; how it was decoded, and how to get
// all of it when only its beginning is here.

import { useQuery } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import Search from 'lucide-react/icons/search'
import { useMemo, useState } from 'react'
import { fetchFirstBytes, recordQuery } from '../../lib/api/messages.ts'
import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import { isTree } from '../../lib/decode/structured.ts'
import { formatBytes, formatCount } from '../../lib/format/count.ts'
import { hexLines } from '../../lib/format/hex.ts'
import { type JsonNode, parseJsonTree } from '../../lib/format/json-tree.ts'
import { apiPaths } from '../../lib/paths.ts'
import { scalarText, wholeValue } from '../search/add-condition.ts'
import { Button, buttonStyle } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { DecodingReport } from './decoding-report.tsx'
import { FieldMenu } from './field-menu.tsx'
import { type FieldActions, JsonTreeView } from './json-tree-view.tsx'
import type { forms } from './messages-url.ts'
import { Absent } from './payload-text.tsx'

export type PayloadForm = (typeof forms)[number]

interface PayloadViewProps {
  cluster: string
  topic: string
  record: KafkaRecord
  which: 'key' | 'value'
  form: PayloadForm | null
  onForm: (form: PayloadForm) => void
  /** What a click on a value of the tree can do. */
  actions?: FieldActions | undefined
}

export function PayloadView(props: PayloadViewProps) {
  const { cluster, topic, record, which, form, onForm, actions } = props
  const [whole, setWhole] = useState(false)
  const { partition, offset } = record
  const wholeRecord = useQuery({
    ...recordQuery(cluster, topic, partition, offset, true),
    enabled: whole,
  })
  const payload = (whole ? wholeRecord.data?.[which] : undefined) ?? record[which]
  const tree = useMemo(() => readTree(payload), [payload])

  if (payload === null) {
    return (
      <p className="flex items-center gap-2 py-3">
        <Absent>null</Absent>
        {which === 'value'
          ? 'A tombstone: the key has no value any more.'
          : 'The record has no key.'}
      </p>
    )
  }
  if (payload.size === 0) {
    return (
      <p className="flex items-center gap-2 py-3">
        <Absent>empty</Absent>
        The {which} is there, and has no bytes.
      </p>
    )
  }
  const scalar = tree.node === null ? wholeValue(payload) : null
  const possible: PayloadForm[] = tree.node === null ? ['raw', 'hex'] : ['tree', 'raw', 'hex']
  const shown = form !== null && possible.includes(form) ? form : (possible[0] ?? 'raw')
  const bytesPath = apiPaths.recordBytes(cluster, topic, partition, offset, which)

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-1">
        <fieldset className="flex gap-0.5">
          <legend className="sr-only">Show the {which} as</legend>
          {possible.map((each) => (
            <Button
              key={each}
              look="quiet"
              size="small"
              aria-pressed={shown === each}
              onClick={() => onForm(each)}
            >
              {formText[each]}
            </Button>
          ))}
        </fieldset>
        <span className="figures ml-2 text-faint text-xs">
          {payload.decoder}, {formatBytes(payload.size)}
        </span>
        <div className="ml-auto flex">
          {scalar !== null && actions !== undefined && (
            <FieldMenu
              trigger={
                <Button
                  look="quiet"
                  size="icon-small"
                  aria-label={`Look for this ${which}`}
                  title={`Look for this ${which}`}
                >
                  <Search aria-hidden />
                </Button>
              }
              name={`The ${which}`}
              text={scalarText(scalar)}
              onFilter={(negated) => actions.filter([], scalar, negated)}
            />
          )}
          <CopyButton label={`Copy the ${which}`} text={payload.text} />
          <a
            href={bytesPath}
            download={`${topic}-${partition}-${offset}.${which}`}
            aria-label={`Download the ${which}`}
            title={`Download the ${which}`}
            className={buttonStyle({ look: 'quiet', size: 'icon-small' })}
          >
            <Download aria-hidden />
          </a>
        </div>
      </div>
      {payload.truncated && shown !== 'hex' && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-2 rounded-md border border-warn/40 bg-warn-surface px-3 py-1"
        >
          Cut: this is the beginning of {formatBytes(payload.size)}.
          <Button
            size="small"
            disabled={whole && wholeRecord.isFetching}
            onClick={() => setWhole(true)}
          >
            {wholeRecord.isFetching ? 'Loading' : 'Show the whole'}
          </Button>
          {whole &&
            wholeRecord.data !== undefined &&
            'It is longer than the server gives as text: download it.'}
          {whole && wholeRecord.error?.message}
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-auto rounded-md border bg-sunk p-2">
        {shown === 'tree' && tree.node !== null && (
          <JsonTreeView root={tree.node} actions={actions} />
        )}
        {shown === 'raw' && <RawText text={payload.text} />}
        {shown === 'hex' && <HexView path={bytesPath} size={payload.size} />}
      </div>
      <DecodingReport payload={payload} treeProblem={tree.problem} />
    </div>
  )
}

const formText: Record<PayloadForm, string> = { tree: 'Tree', raw: 'Raw', hex: 'Hex' }

function readTree(payload: Payload | null): { node: JsonNode | null; problem: string | null } {
  if (payload === null || !isTree(payload.decoder)) return { node: null, problem: null }
  if (payload.truncated) return { node: null, problem: 'Only the beginning of the JSON is here.' }
  try {
    return { node: parseJsonTree(payload.text), problem: null }
  } catch (error) {
    return { node: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

const chunk = 20_000

/** In pieces that the browser lays out only when they come into view. */
function RawText({ text }: { text: string }) {
  const chunks: string[] = []
  for (let at = 0; at < text.length; at += chunk) chunks.push(text.slice(at, at + chunk))
  return (
    <pre className="data whitespace-pre-wrap [overflow-wrap:anywhere]">
      {chunks.map((piece, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text in their order.
          key={index}
          className={chunks.length > 1 ? 'block [content-visibility:auto]' : undefined}
          style={chunks.length > 1 ? { containIntrinsicSize: 'auto 4000px' } : undefined}
        >
          {piece}
        </span>
      ))}
    </pre>
  )
}

const hexMax = 16_384

function HexView({ path, size }: { path: string; size: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['bytes', path],
    queryFn: ({ signal }) => fetchFirstBytes(path, hexMax, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    retry: false,
    structuralSharing: false,
  })
  if (error !== null)
    return <Failed what="The bytes" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the bytes" />
  return (
    <>
      <pre className="data text-[11px] leading-5">
        {hexLines(data).map((line) => (
          <span key={line.position} className="block">
            <span className="select-none text-faint">{line.position} </span>
            {line.hex}
            <span className="text-soft"> {line.ascii}</span>
          </span>
        ))}
      </pre>
      {data.length < size && (
        <p className="pt-2 text-soft">
          The first {formatCount(data.length)} of {formatCount(size)} bytes. Download to get all.
        </p>
      )}
    </>
  )
}

'use client'
// What changed since the record before with the same key: its value and its headers, line by line.
// It is looked for backwards by a bounded search, and it is said how far that went.

import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { recordQuery } from '../../lib/api/messages.ts'
import {
  keyCondition,
  lookBackFactor,
  lookBackFirst,
  previousQuery,
} from '../../lib/api/previous.ts'
import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import { formatCount, plural } from '../../lib/format/count.ts'
import { jsonLines } from '../../lib/format/json-lines.ts'
import { parseJsonTree } from '../../lib/format/json-tree.ts'
import { type DiffLine, diffLines } from '../../lib/format/line-diff.ts'
import { span } from '../../lib/format/time.ts'
import { Button } from '../ui/button.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { DiffLines } from './diff-lines.tsx'
import type { RecordPlace } from './messages-url.ts'

interface ChangesViewProps {
  cluster: string
  topic: string
  record: KafkaRecord
  onPlace: (place: RecordPlace) => void
}

export function ChangesView({ cluster, topic, record, onPlace }: ChangesViewProps) {
  const [lookBack, setLookBack] = useState(lookBackFirst)
  const { data, error, refetch } = useQuery(previousQuery(cluster, topic, record, lookBack))
  if (record.key === null) {
    return (
      <p className="py-3 text-soft">The record has no key, so no record before belongs to it.</p>
    )
  }
  if (keyCondition(record.key) === null) {
    return <p className="py-3 text-soft">The key is too long to be looked for.</p>
  }
  if (error !== null) {
    return <Failed what="The record before" error={error} onRetry={() => void refetch()} />
  }
  if (data === undefined) return <Loading what="the record before" />
  if (data.record !== null) {
    return (
      <Compared
        cluster={cluster}
        topic={topic}
        record={record}
        previous={data.record}
        onPlace={onPlace}
      />
    )
  }
  const looked = `${plural(data.examined, 'record')} before it, back to offset ${formatCount(data.from)}`
  return (
    <div role="status" className="flex flex-col items-start gap-3 py-3">
      {data.problem !== null && <ProblemLine problem={data.problem} />}
      {data.toStart ? (
        <p>
          No record before has this key: the partition was looked through to its start (
          {data.examined === 0 ? 'there is nothing before it' : looked}).
        </p>
      ) : (
        <>
          <p>Not found: no record with this key is among the {looked}.</p>
          <Button onClick={() => setLookBack(lookBack * lookBackFactor)}>
            Look back {formatCount(lookBack * lookBackFactor)} offsets
          </Button>
        </>
      )}
    </div>
  )
}

interface ComparedProps extends ChangesViewProps {
  previous: KafkaRecord
}

function Compared({ cluster, topic, record, previous, onPlace }: ComparedProps) {
  const before = useWhole(cluster, topic, previous)
  const after = useWhole(cluster, topic, record)
  const value = useMemo(
    () => diffLines(linesOf(before.value), linesOf(after.value)),
    [before.value, after.value],
  )
  const headers = useMemo(
    () => diffLines(headerLines(previous), headerLines(record)),
    [previous, record],
  )
  const apart = Number(record.timestamp) - Number(previous.timestamp)
  const notes = [
    ...shapeNotes(before.value, after.value),
    ...(before.value?.truncated === true || after.value?.truncated === true
      ? [
          'Only the beginning of the values was compared: they are longer than the server gives as text.',
        ]
      : []),
  ]
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-soft">
        <span>
          Compared with offset <span className="data text-text">{previous.offset}</span>
        </span>
        <span>
          <Time timestamp={previous.timestamp} />
          {Number(previous.timestamp) >= 0 &&
            (apart >= 0 ? `, ${span(apart)} before` : `, ${span(-apart)} after by its timestamp`)}
        </span>
        <Button
          size="small"
          onClick={() => onPlace({ partition: previous.partition, offset: previous.offset })}
        >
          Open it
        </Button>
      </p>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {isSame(value) ? (
        <p role="status">The value is the same.</p>
      ) : (
        <DiffLines label="Changes of the value" lines={value} />
      )}
      {!isSame(headers) && (
        <>
          <h3 className="font-medium">Headers</h3>
          <DiffLines label="Changes of the headers" lines={headers} />
        </>
      )}
    </div>
  )
}

const isSame = (lines: readonly DiffLine[]) => lines.every(({ kind }) => kind === 'same')

/** The record with its value in full, once that is there. */
function useWhole(cluster: string, topic: string, record: KafkaRecord): KafkaRecord {
  const { data } = useQuery({
    ...recordQuery(cluster, topic, record.partition, record.offset, true),
    enabled: record.value?.truncated === true,
  })
  return data ?? record
}

function linesOf(payload: Payload | null): string[] {
  if (payload === null || payload.size === 0) return []
  if (payload.decoder === 'hex') return payload.text.match(/.{1,64}/g) ?? []
  if (!payload.truncated && /^\s*[{["]/.test(payload.text)) {
    try {
      return jsonLines(parseJsonTree(payload.text))
    } catch {
      // Shown as it stands.
    }
  }
  return payload.text.split(/\r?\n/)
}

function headerLines(record: KafkaRecord): string[] {
  return record.headers.map(({ key, value }) => `${key}: ${value === null ? 'null' : value.text}`)
}

/** What lines cannot say: that there was no value, an empty one, or one of another kind. */
function shapeNotes(before: Payload | null, after: Payload | null): string[] {
  const was = shapeOf(before)
  const is = shapeOf(after)
  return was === is ? [] : [`The value was ${was}, and is ${is} now.`]
}

function shapeOf(payload: Payload | null): string {
  if (payload === null) return 'a tombstone'
  return payload.size === 0 ? 'empty' : payload.decoder
}

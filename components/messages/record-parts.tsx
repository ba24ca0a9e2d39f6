'use client'
// The headers and the metadata of a record. Headers may repeat and hold any bytes: they are a
// list in the order of the record, never a map.

import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import { formatBytes, formatCount } from '../../lib/format/count.ts'
import { formatInstant } from '../../lib/format/time.ts'
import { formatPath } from '../../lib/query/condition.ts'
import { type ScalarValue, wholeValue } from '../search/add-condition.ts'
import { useTimeChoice } from '../ui/preferences.ts'
import { FieldMenu } from './field-menu.tsx'
import { Absent } from './payload-text.tsx'

interface HeadersViewProps {
  record: KafkaRecord
  /** Adds a test of the header to the query. */
  onFilter: (name: string, value: ScalarValue, negated: boolean) => void
}

export function HeadersView({ record, onFilter }: HeadersViewProps) {
  if (record.headers.length === 0)
    return <p className="py-3 text-soft">The record has no headers.</p>
  return (
    <table aria-label="Headers" className="w-full table-fixed">
      <thead className="text-left text-soft text-xs">
        <tr className="h-8">
          <th scope="col" className="w-2/5 font-medium">
            Name
          </th>
          <th scope="col" className="font-medium">
            Value
          </th>
          <th scope="col" className="w-24 text-right font-medium">
            Decoded as
          </th>
        </tr>
      </thead>
      <tbody>
        {record.headers.map((header, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: header names may repeat; the place cannot.
          <tr key={index} className="border-t align-top">
            <th
              scope="row"
              className="data py-1.5 pr-3 text-left font-normal [overflow-wrap:anywhere]"
            >
              {header.key === '' ? <Absent>empty</Absent> : header.key}
            </th>
            <td className="data py-1.5 [overflow-wrap:anywhere]">
              {header.value === null ? (
                <Absent>null</Absent>
              ) : header.value.size === 0 ? (
                <Absent>empty</Absent>
              ) : (
                <HeaderValue name={header.key} value={header.value} onFilter={onFilter} />
              )}
              {header.value?.truncated && (
                <span className="text-faint"> … cut, {formatBytes(header.value.size)}</span>
              )}
            </td>
            <td className="py-1.5 text-right text-faint">{header.value?.decoder ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface HeaderValueProps {
  name: string
  value: Payload
  onFilter: HeadersViewProps['onFilter']
}

function HeaderValue({ name, value, onFilter }: HeaderValueProps) {
  const scalar = wholeValue(value)
  if (scalar === null) return value.text
  return (
    <FieldMenu
      trigger={
        <button
          type="button"
          title="Look for it"
          className="rounded-xs text-left hover:bg-hover hover:underline hover:decoration-dotted"
        >
          {value.text}
        </button>
      }
      name={formatPath({ root: 'header', steps: [{ kind: 'name', name }] })}
      text={value.text}
      onFilter={(negated) => onFilter(name, scalar, negated)}
    />
  )
}

export function MetadataView({ record }: { record: KafkaRecord }) {
  const zone = useTimeChoice()?.zone ?? 'utc'
  const { batch } = record
  const idempotent = batch.producerId !== '-1'
  const facts: readonly (readonly [string, string])[] = [
    ['Partition', String(record.partition)],
    ['Offset', record.offset],
    ['Time', formatInstant(record.timestamp, zone)],
    ['Timestamp', record.timestamp],
    ['Timestamp type', record.timestampType],
    ['Key', record.key === null ? 'null' : formatBytes(record.key.size)],
    ['Value', record.value === null ? 'null' : formatBytes(record.value.size)],
    ['Batch starts at offset', batch.baseOffset],
    ['Batch', `${formatCount(batch.records)} records in ${formatBytes(batch.bytes)}`],
    ['Compression', batch.codec],
    ['Leader epoch', String(batch.leaderEpoch)],
    ['Producer id', idempotent ? batch.producerId : 'none (not idempotent)'],
    ['Producer epoch', idempotent ? String(batch.producerEpoch) : '–'],
    ['Base sequence', idempotent ? String(batch.baseSequence) : '–'],
    ['Transactional', batch.transactional ? 'yes' : 'no'],
  ]
  return (
    <dl className="grid grid-cols-[11rem_1fr] max-sm:grid-cols-[8rem_1fr]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="border-b py-1.5 text-soft">{name}</dt>
          <dd className="data border-b py-1.5 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

// The columns of the messages table.

import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import type { TimeForm } from '../../lib/format/time.ts'
import type { Column } from '../data-table/column.ts'
import { fieldColumns } from '../search/field-columns.tsx'
import type { Marks } from '../search/marks.ts'
import { Time } from '../ui/time.tsx'
import { PayloadText } from './payload-text.tsx'

const timeWidth: Record<TimeForm, number> = { full: 196, clock: 120, relative: 92, epoch: 128 }

export function recordId(record: { partition: number; offset: string }): string {
  return `${record.partition}-${record.offset}`
}

interface ColumnOptions<Row> {
  timeForm: TimeForm
  /** A record is open beside the table. */
  narrow: boolean
  marks: Marks
  /** Paths of the fields that were chosen. */
  fields: readonly string[]
  /** Of several topics: which one. */
  topic?: (row: Row) => string
}

export function messagesColumns<Row extends KafkaRecord>(
  options: ColumnOptions<Row>,
): Column<Row>[] {
  const { timeForm, narrow, marks, fields, topic } = options
  const form = narrow && timeForm === 'full' ? 'clock' : timeForm
  return [
    {
      id: 'time',
      header: 'Time',
      width: timeWidth[form],
      value: (record) => record.timestamp,
      cell: (record) => <Time timestamp={record.timestamp} form={form} />,
    },
    ...(topic === undefined
      ? []
      : [
          {
            id: 'topic',
            header: 'Topic',
            width: narrow ? 110 : 160,
            value: topic,
            cell: topic,
          } satisfies Column<Row>,
        ]),
    {
      id: 'partition',
      header: 'Part.',
      width: 52,
      align: 'end',
      value: (record) => record.partition,
      cell: (record) => record.partition,
    },
    {
      id: 'offset',
      header: 'Offset',
      width: narrow ? 88 : 108,
      align: 'end',
      // Chosen fields need the room more.
      hideBelow: narrow && fields.length > 0 ? 'lg' : 'sm',
      value: (record) => BigInt(record.offset),
      cell: (record) => <span className="data">{record.offset}</span>,
    },
    {
      id: 'key',
      header: 'Key',
      width: narrow ? (fields.length > 0 ? 104 : 140) : '18%',
      hideBelow: 'sm',
      value: (record) => record.key?.text,
      cell: (record) => <PayloadText payload={record.key} nullWord="null" mark={marks.key} />,
    },
    ...fieldColumns<Row>(fields, narrow ? 104 : 140),
    {
      id: 'value',
      header: 'Value',
      value: (record) => record.value?.text,
      cell: (record) => (
        <PayloadText payload={record.value} nullWord="null · tombstone" mark={marks.value} />
      ),
    },
  ]
}

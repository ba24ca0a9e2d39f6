'use client'
// A configuration, of a topic or of a broker: what is set, where it comes from, what it means.

import type { UseQueryResult } from '@tanstack/react-query'
import { parseAsBoolean, parseAsString, useQueryStates } from 'nuqs'
import type { ConfigEntry, ConfigList } from '../../lib/contracts/clusters.ts'
import { formatCount } from '../../lib/format/count.ts'
import { Toolbar } from '../data-table/toolbar.tsx'
import { Chip } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { Failed, Loading } from '../ui/states.tsx'

interface ConfigViewProps {
  answer: UseQueryResult<ConfigList>
  owner: string
}

export function ConfigView({ answer, owner }: ConfigViewProps) {
  const { data, error, refetch } = answer
  const [url, setUrl] = useQueryStates(
    { config: parseAsString.withDefault(''), changed: parseAsBoolean.withDefault(false) },
    { history: 'replace' },
  )
  if (error !== null && data === undefined) {
    return (
      <Failed what={`The configuration of ${owner}`} error={error} onRetry={() => void refetch()} />
    )
  }
  if (data === undefined) return <Loading what={`the configuration of ${owner}`} rows={10} />
  const wanted = url.config.trim().toLowerCase()
  const shown = data.configs
    .filter((entry) => (!url.changed || !entry.isDefault) && matches(entry, wanted))
    .sort((a, b) => Number(a.isDefault) - Number(b.isDefault) || (a.name < b.name ? -1 : 1))
  const changed = data.configs.filter((entry) => !entry.isDefault).length
  return (
    <div className="flex flex-col pb-6">
      <Toolbar
        filter={url.config}
        onFilter={(config) => void setUrl({ config })}
        filterLabel="Filter configuration"
        count={`${formatCount(shown.length)} of ${formatCount(data.configs.length)}`}
      >
        <label className="flex h-8 items-center gap-2 text-soft">
          <input
            type="checkbox"
            className="size-4 accent-(--accent)"
            checked={url.changed}
            onChange={(event) => void setUrl({ changed: event.target.checked })}
          />
          Changed only
          <span className="figures text-faint">{formatCount(changed)}</span>
        </label>
      </Toolbar>
      <table aria-label="Configuration" className="w-full table-fixed border-y text-sm">
        <thead className="bg-sunk text-left text-soft text-xs">
          <tr className="h-8">
            <th scope="col" className="w-[27%] px-3 font-medium max-lg:w-2/5 max-sm:w-1/2">
              Name
            </th>
            <th scope="col" className="w-[22%] px-2 font-medium max-lg:w-auto">
              Value
            </th>
            <th scope="col" className="w-36 px-2 font-medium max-md:hidden">
              Source
            </th>
            <th scope="col" className="px-2 font-medium max-lg:hidden">
              What it does
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((entry) => (
            <ConfigLine key={entry.name} entry={entry} />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="p-3 text-soft">No configuration matches</p>}
    </div>
  )
}

function matches(entry: ConfigEntry, wanted: string): boolean {
  return [entry.name, entry.value ?? '', entry.documentation ?? ''].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

const sourceText: Record<ConfigEntry['source'], string> = {
  topic: 'This topic',
  broker: 'This broker',
  'default-broker': 'All brokers',
  static: 'Broker’s file',
  default: 'Default',
  unknown: 'Unknown',
}

function ConfigLine({ entry }: { entry: ConfigEntry }) {
  return (
    <tr className="border-t align-top hover:bg-hover">
      <th scope="row" className="data px-3 py-1.5 text-left font-normal [overflow-wrap:anywhere]">
        <span className={classNames(!entry.isDefault && 'font-semibold')}>{entry.name}</span>
      </th>
      <td className="px-2 py-1.5">
        <span
          className={classNames('data [overflow-wrap:anywhere]', entry.isDefault && 'text-soft')}
        >
          <ConfigValue entry={entry} />
        </span>
      </td>
      <td className="px-2 py-1.5 max-md:hidden">
        <span className="flex flex-wrap items-center gap-1.5">
          <span className={classNames(entry.isDefault && 'text-faint')}>
            {sourceText[entry.source]}
          </span>
          {entry.readOnly && <Chip>read only</Chip>}
        </span>
      </td>
      <td className="px-2 py-1.5 text-soft max-lg:hidden">
        <Documentation text={entry.documentation} />
      </td>
    </tr>
  )
}

function ConfigValue({ entry }: { entry: ConfigEntry }) {
  if (entry.sensitive) return <span className="text-faint">not shown: sensitive</span>
  if (entry.value === null) return <span className="text-faint">not set</span>
  if (entry.value === '') return <span className="text-faint">empty</span>
  return entry.value
}

/** Kafka writes its documentation in HTML; here it is text, and stays text. */
function Documentation({ text }: { text: string | null }) {
  if (text === null) return <span className="text-faint">–</span>
  const plain = text.replace(/<[^>]*>/g, '')
  const first = /^.*?[.](?=\s|$)/s.exec(plain)?.[0] ?? plain
  if (first.length >= plain.trim().length) return plain
  return (
    <details>
      <summary className="list-none hover:text-text">
        {first} <span className="text-accent">more</span>
      </summary>
      <p className="pt-1">{plain.slice(first.length).trim()}</p>
    </details>
  )
}

'use client'
// The whole result of a query as a file. Each choice is a plain link: the browser streams the
// answer to disk, and nothing of it passes through the page.

import Download from 'lucide-react/icons/download'
import type { ExportFormat } from '../../lib/contracts/search.ts'
import { apiPaths } from '../../lib/paths.ts'
import { exportRequest, type Query } from '../messages/messages-url.ts'
import { Button } from '../ui/button.tsx'
import { Menu, MenuLabel, MenuLink } from '../ui/menu.tsx'

interface QueryExportProps {
  cluster: string
  topics: string
  query: Query
  columns: readonly string[]
}

const usualColumns = ['partition', 'offset', 'timestamp', 'key']

export function QueryExport({ cluster, topics, query, columns }: QueryExportProps) {
  const shown = columns.length === 0 ? [] : [...usualColumns, ...columns]
  const address = (format: ExportFormat) =>
    apiPaths.exportMessages(cluster, exportRequest(query, topics, format, shown))
  return (
    <Menu
      align="end"
      trigger={
        <Button>
          <Download aria-hidden />
          Export
        </Button>
      }
    >
      <MenuLabel>Everything that matches, not this page alone</MenuLabel>
      <MenuLink download href={address('ndjson')}>
        NDJSON: a record a line
      </MenuLink>
      <MenuLink download href={address('csv')}>
        {columns.length === 0 ? 'CSV: key and value' : 'CSV: the columns shown'}
      </MenuLink>
      <MenuLink download href={address('raw')}>
        Raw: the values alone
      </MenuLink>
      <MenuLink download href={address('avro')}>
        Avro: fields by their schema
      </MenuLink>
      <MenuLink download href={address('parquet')}>
        Parquet: fields as columns
      </MenuLink>
    </Menu>
  )
}

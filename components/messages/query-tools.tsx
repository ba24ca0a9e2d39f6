'use client'
// What can be done with a query beside asking it: columns, export, saving, and the ways in.

import Ellipsis from 'lucide-react/icons/ellipsis'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { ColumnsMenu } from '../search/columns-menu.tsx'
import type { Field } from '../search/complete.ts'
import { QueryExport } from '../search/export-menu.tsx'
import { Button } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import type { Query } from './messages-url.ts'

const SavedQueriesDialog = dynamic(() =>
  import('../search/saved-queries.tsx').then((module) => module.SavedQueriesDialog),
)
const ProduceDialog = dynamic(() =>
  import('../transfer/produce-dialog.tsx').then((module) => module.ProduceDialog),
)
const DecodersDialog = dynamic(() =>
  import('./decoders-dialog.tsx').then((module) => module.DecodersDialog),
)
const ImportDialog = dynamic(() =>
  import('../transfer/import-dialog.tsx').then((module) => module.ImportDialog),
)

interface QueryToolsProps {
  cluster: string
  /** Names or patterns, as the query has them. */
  topics: string
  /** The one topic that records can be sent to; null among several. */
  topic: string | null
  query: Query
  fields: readonly Field[]
  columns: readonly string[]
  onColumns: (columns: string[]) => void
}

type Opened = 'saved' | 'produce' | 'import' | 'decoders' | null

export function QueryTools(props: QueryToolsProps) {
  const { cluster, topics, topic, query, fields, columns, onColumns } = props
  const [opened, setOpened] = useState<Opened>(null)
  const close = () => setOpened(null)
  return (
    <>
      <ColumnsMenu fields={fields} columns={columns} onChange={onColumns} />
      <QueryExport cluster={cluster} topics={topics} query={query} columns={columns} />
      <Menu
        align="end"
        trigger={
          <Button>
            <Ellipsis aria-hidden />
            More
          </Button>
        }
      >
        {topic !== null && (
          <>
            <MenuItem onSelect={() => setOpened('produce')}>Produce a message</MenuItem>
            <MenuItem onSelect={() => setOpened('import')}>Import a file</MenuItem>
            <MenuItem onSelect={() => setOpened('decoders')}>Decoders of this topic…</MenuItem>
          </>
        )}
        <MenuItem onSelect={() => setOpened('saved')}>Saved queries</MenuItem>
      </Menu>
      {opened === 'saved' && <SavedQueriesDialog onClose={close} />}
      {opened === 'produce' && topic !== null && (
        <ProduceDialog cluster={cluster} topic={topic} onClose={close} />
      )}
      {opened === 'decoders' && topic !== null && (
        <DecodersDialog cluster={cluster} topic={topic} onClose={close} />
      )}
      {opened === 'import' && topic !== null && (
        <ImportDialog cluster={cluster} topic={topic} onClose={close} />
      )}
    </>
  )
}

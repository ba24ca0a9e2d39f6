'use client'
// Queries with names, kept by the console: save this one, open, copy the link of one, delete one.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Trash from 'lucide-react/icons/trash-2'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { keys } from '../../lib/api/keys.ts'
import { toProblem } from '../../lib/api/request.ts'
import { deleteSavedQuery, savedQueriesQuery, saveQuery } from '../../lib/api/search.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { Field, Input } from '../ui/field.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

export function SavedQueriesDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const { data, error, refetch } = useQuery(savedQueriesQuery())
  const changed = () => client.invalidateQueries({ queryKey: keys.savedQueries })
  const save = useMutation({
    mutationFn: () => saveQuery(name.trim(), currentLink()),
    onSuccess: async () => {
      setName('')
      await changed()
    },
  })
  const remove = useMutation({ mutationFn: deleteSavedQuery, onSuccess: changed })
  const problem = save.error ?? remove.error

  function submit(event: FormEvent) {
    event.preventDefault()
    if (name.trim() !== '') save.mutate()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Saved queries">
      <DialogBody>
        <form onSubmit={submit} className="flex items-end gap-2">
          <div className="min-w-0 flex-1">
            <Field label="Name for this query">
              {(control) => (
                <Input
                  {...control}
                  autoFocus
                  autoComplete="off"
                  maxLength={200}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
          </div>
          <Button type="submit" look="accent" disabled={name.trim() === '' || save.isPending}>
            Save
          </Button>
        </form>
        <p role="status" className="sr-only">
          {save.data !== undefined && `Query ${save.data.name} saved`}
        </p>
        {problem !== null && <ProblemLine problem={toProblem(problem)} />}
        {error !== null ? (
          <Failed what="Saved queries" error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading what="saved queries" rows={3} />
        ) : data.queries.length === 0 ? (
          <p className="text-soft">
            None yet. A saved query keeps everything that stands in its link.
          </p>
        ) : (
          <ul aria-label="Saved queries" className="flex flex-col">
            {data.queries.map((query) => (
              <li key={query.id} className="flex items-center gap-2 border-b py-1 last:border-0">
                <a
                  href={query.link}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return
                    event.preventDefault()
                    onClose()
                    router.push(query.link)
                  }}
                  className="min-w-0 flex-1 truncate font-medium hover:underline"
                >
                  {query.name}
                </a>
                <span className="text-faint text-xs max-sm:hidden">
                  <Time timestamp={query.createdAt} form="full" />
                </span>
                <CopyButton
                  label={`Copy the link of ${query.name}`}
                  text={() => Promise.resolve(new URL(query.link, window.location.href).href)}
                />
                <Button
                  look="quiet"
                  size="icon-small"
                  aria-label={`Delete ${query.name}`}
                  title={`Delete ${query.name}`}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate(query.id)}
                >
                  <Trash aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        )}
      </DialogBody>
    </Dialog>
  )
}

/** A record that is open, and the place in the pages, belong to this moment, not to the query. */
function currentLink(): string {
  const address = new URL(window.location.href)
  for (const name of ['record', 'part', 'form', 'cursor']) address.searchParams.delete(name)
  return address.pathname + address.search
}

'use client'
// Deleting a subject or one version of it: what depends on it, and the command that does the same.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { toProblem } from '../../lib/api/request.ts'
import { deleteSubject, deleteSubjectPreviewQuery, forgetSchemas } from '../../lib/api/schemas.ts'
import type { SubjectDetail } from '../../lib/contracts/schemas.ts'
import { plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { TypeToConfirm } from '../ui/type-to-confirm.tsx'

interface DeleteSubjectProps {
  cluster: string
  subject: Pick<SubjectDetail, 'name' | 'versions'>
  onClose: () => void
}

export function DeleteSubject({ cluster, subject, onClose }: DeleteSubjectProps) {
  const router = useRouter()
  const client = useQueryClient()
  const { name, versions } = subject
  const [version, setVersion] = useState<number | null>(null)
  const [isForGood, setForGood] = useState(false)
  const [typed, setTyped] = useState('')
  const { data, error, refetch } = useQuery(deleteSubjectPreviewQuery(cluster, name, version))
  const chosen = versions.filter((each) => version === null || each.version === version)
  // What is deleted already can only be deleted for good.
  const isDeleted = chosen.every(({ deleted }) => deleted)
  const permanent = isForGood || isDeleted
  const live = versions.filter(({ deleted }) => !deleted)
  const remove = useMutation({
    mutationFn: () => deleteSubject(cluster, name, version, permanent),
    onSuccess: async (gone) => {
      toast.success(`${name}: ${plural(gone.versions.length, 'version')} deleted`)
      onClose()
      const left = permanent ? versions : live
      const isGone = left.every((each) => gone.versions.includes(each.version))
      await forgetSchemas(client, cluster, isGone)
      if (isGone) router.push(paths.schemas(cluster))
    },
  })
  const isReady = data !== undefined && data.referencedBy.length === 0 && typed === name
  function submit(event: FormEvent) {
    event.preventDefault()
    if (isReady && !remove.isPending) remove.mutate()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Delete from ${name}?`}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label="What">
            {(control) => (
              <Select
                {...control}
                value={version ?? ''}
                onChange={(event) =>
                  setVersion(event.target.value === '' ? null : Number(event.target.value))
                }
              >
                <option value="">The subject with all its versions</option>
                {versions.map((each) => (
                  <option key={each.version} value={each.version}>
                    Version {each.version}
                    {each.deleted && ', deleted already'}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <label className="flex items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-(--accent)"
              checked={permanent}
              disabled={isDeleted}
              onChange={(event) => setForGood(event.target.checked)}
            />
            For good
          </label>
          <p className="text-soft">
            {permanent
              ? 'Records that were written with it cannot be read by its id any more. This cannot be undone.'
              : 'Nobody finds it by its name; records that were written with it can still be read. Registering the same schema again brings it back.'}
          </p>
          {error !== null ? (
            <Failed what="What depends on it" error={error} onRetry={() => void refetch()} />
          ) : data === undefined ? (
            <Loading what="what depends on it" rows={3} />
          ) : (
            <>
              {data.topics.map(({ topic, part }) => (
                <p key={part}>
                  The {part}s of topic {topic} go by {version === null ? 'it' : 'this subject'}.
                </p>
              ))}
              {data.referencedBy.length > 0 && (
                <div role="alert">
                  <p>It cannot be deleted while other schemas refer to it:</p>
                  <ul className="list-disc pl-5">
                    {data.referencedBy.map((each) => (
                      <li key={`${each.subject} ${each.version}`}>
                        {each.subject} version {each.version}
                      </li>
                    ))}
                  </ul>
                </div>
              )}
              <Command
                label="The same by hand"
                text={permanent ? data.permanentCommand : data.command}
              />
              <TypeToConfirm name={name} typed={typed} onType={setTyped} />
            </>
          )}
          {remove.error !== null && <ProblemLine problem={toProblem(remove.error)} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" look="danger" disabled={!isReady || remove.isPending}>
            {permanent ? 'Delete for good' : 'Delete'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

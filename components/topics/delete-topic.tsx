'use client'
// Deleting a topic: what goes with it, the command that does the same, and its name typed out.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { keys } from '../../lib/api/keys.ts'
import { toProblem } from '../../lib/api/request.ts'
import { deletePreviewQuery, deleteTopic } from '../../lib/api/topics.ts'
import { formatCount, plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { TypeToConfirm } from '../ui/type-to-confirm.tsx'

interface DeleteTopicProps {
  cluster: string
  topic: string
  onClose: () => void
}

export function DeleteTopic({ cluster, topic, onClose }: DeleteTopicProps) {
  const router = useRouter()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const { data, error, refetch } = useQuery(deletePreviewQuery(cluster, topic))
  const remove = useMutation({
    mutationFn: () => deleteTopic(cluster, topic),
    onSuccess: () => {
      toast.success(`Topic ${topic} deleted`)
      client.removeQueries({ queryKey: keys.messagesOf(cluster, topic) })
      router.push(paths.topics(cluster))
    },
  })
  const confirmed = typed === topic

  function submit(event: FormEvent) {
    event.preventDefault()
    if (confirmed) remove.mutate()
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Delete topic ${topic}?`}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          {error !== null ? (
            <Failed what="What deleting takes away" error={error} onRetry={() => void refetch()} />
          ) : data === undefined ? (
            <Loading what="what deleting takes away" rows={3} />
          ) : (
            <>
              <p>
                {plural(data.partitions, 'partition')} with up to{' '}
                <strong className="figures">{plural(data.messages, 'message')}</strong> will be
                gone. This cannot be undone.
              </p>
              {data.groups.length > 0 && (
                <p>
                  {plural(data.groups.length, 'group')} {data.groups.length === 1 ? 'has' : 'have'}{' '}
                  offsets in it: {data.groups.slice(0, 8).join(', ')}
                  {data.groups.length > 8 && ` and ${formatCount(data.groups.length - 8)} more`}.
                </p>
              )}
              <Command label="The same with Kafka’s own tool" text={data.command} />
              <TypeToConfirm name={topic} typed={typed} onType={setTyped} />
            </>
          )}
          {remove.error !== null && <ProblemLine problem={toProblem(remove.error)} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" look="danger" disabled={!confirmed || remove.isPending}>
            Delete topic
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

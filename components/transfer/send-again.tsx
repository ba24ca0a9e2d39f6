'use client'
// Sending a record again, to the same or another topic: byte for byte, which the server does by
// itself, or edited, for which the form of a new record is filled with it.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { keys } from '../../lib/api/keys.ts'
import { recordQuery } from '../../lib/api/messages.ts'
import { toProblem } from '../../lib/api/request.ts'
import { resendRecord } from '../../lib/api/transfer.ts'
import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { ProblemLine } from '../ui/states.tsx'
import { ProduceDialog, Sent, TopicField } from './produce-dialog.tsx'
import { formOfRecord, type ProduceForm } from './produce-form.ts'

interface SendAgainProps {
  cluster: string
  topic: string
  record: KafkaRecord
  onClose: () => void
}

export function SendAgain({ cluster, topic, record, onClose }: SendAgainProps) {
  const client = useQueryClient()
  const [target, setTarget] = useState(topic)
  const [keepTimestamp, setKeepTimestamp] = useState(false)
  const [edited, setEdited] = useState<ProduceForm | null>(null)
  const cut = record.value?.truncated === true || record.key?.truncated === true
  const { partition, offset } = record
  // To be edited, a record must be here whole.
  const whole = useQuery({ ...recordQuery(cluster, topic, partition, offset, true), enabled: cut })
  const form = formOfRecord(target, cut ? (whole.data ?? record) : record)
  const send = useMutation({
    mutationFn: () =>
      resendRecord(cluster, target.trim(), { from: { topic, partition, offset }, keepTimestamp }),
    onSuccess: () =>
      client.invalidateQueries({ queryKey: keys.messagesOf(cluster, target.trim()) }),
  })

  if (edited !== null) {
    return <ProduceDialog cluster={cluster} topic={target} filled={edited} onClose={onClose} />
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    if (target.trim() !== '') send.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Send again"
      description={`Partition ${partition}, offset ${offset} of ${topic}, with its key, value and headers as they are.`}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          {send.data !== undefined ? (
            <Sent cluster={cluster} topic={target.trim()} result={send.data} onFollow={onClose} />
          ) : (
            <>
              <TopicField cluster={cluster} topic={target} error={undefined} onChange={setTarget} />
              <label className="flex items-center gap-2">
                <input
                  type="checkbox"
                  checked={keepTimestamp}
                  onChange={(event) => setKeepTimestamp(event.target.checked)}
                />
                Keep its timestamp
              </label>
            </>
          )}
          {send.error !== null && <ProblemLine problem={toProblem(send.error)} />}
          {form === null && send.data === undefined && (
            <p className="text-soft">
              It cannot be edited here:{' '}
              {cut && whole.isFetching ? 'it is still loading.' : 'it is too large, or not text.'}
            </p>
          )}
        </DialogBody>
        <DialogActions>
          {send.data !== undefined ? (
            <Button look="accent" onClick={onClose}>
              Done
            </Button>
          ) : (
            <>
              <Button disabled={form === null} onClick={() => setEdited(form)}>
                Edit first
              </Button>
              <Button type="submit" look="accent" disabled={send.isPending || target.trim() === ''}>
                Send
              </Button>
            </>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}

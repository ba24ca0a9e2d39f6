'use client'
// The compatibility level of a subject: what each level promises, and back to the registry's own.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { toProblem } from '../../lib/api/request.ts'
import { forgetSchemas, setCompatibility } from '../../lib/api/schemas.ts'
import type { SubjectDetail } from '../../lib/contracts/schemas.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'

const promises: Record<string, string> = {
  BACKWARD: 'A new version reads what the one before wrote.',
  BACKWARD_TRANSITIVE: 'A new version reads what any version before wrote.',
  FORWARD: 'The version before reads what a new one writes.',
  FORWARD_TRANSITIVE: 'Every version before reads what a new one writes.',
  FULL: 'A new version and the one before read what the other wrote.',
  FULL_TRANSITIVE: 'A new version and all before read what the others wrote.',
  NONE: 'Nothing is checked: a new version may break every reader.',
}

interface CompatibilityDialogProps {
  cluster: string
  subject: Pick<SubjectDetail, 'name' | 'compatibility'>
  onClose: () => void
}

export function CompatibilityDialog({ cluster, subject, onClose }: CompatibilityDialogProps) {
  const client = useQueryClient()
  const { name, compatibility } = subject
  const before = compatibility.isOwn ? (compatibility.level ?? '') : ''
  const [level, setLevel] = useState(before)
  const save = useMutation({
    mutationFn: () => setCompatibility(cluster, name, level === '' ? null : level),
    onSuccess: async (now) => {
      toast.success(`${name}: ${now.level ?? 'the level'} is in force`)
      onClose()
      await forgetSchemas(client, cluster)
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    if (level !== before) save.mutate()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Compatibility of ${name}`}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <p>
            In force now: {compatibility.level ?? 'not known'},{' '}
            {compatibility.isOwn ? 'set for this subject' : 'the registry’s own'}.
          </p>
          <Field
            label="Level"
            hint={promises[level] ?? 'What holds for the whole registry holds here too.'}
          >
            {(control) => (
              <Select {...control} value={level} onChange={(event) => setLevel(event.target.value)}>
                <option value="">The registry’s own</option>
                {Object.keys(promises).map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {save.error !== null && <ProblemLine problem={toProblem(save.error)} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="accent" disabled={level === before || save.isPending}>
            Set it
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

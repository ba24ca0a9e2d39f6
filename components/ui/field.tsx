'use client'
// Inputs and their labels. A field's error is tied to it, so that it is read out with it.

import { type ComponentProps, type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

const box =
  'h-8 rounded-md border border-control bg-surface px-2 text-sm text-text hover:border-soft focus-visible:outline-offset-0 aria-invalid:border-bad disabled:opacity-50'

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classNames(box, className)} {...rest} />
}

export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select className={classNames(box, 'pr-1', className)} {...rest}>
      {children}
    </select>
  )
}

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  children: (control: {
    id: string
    'aria-invalid': boolean
    'aria-describedby': string | undefined
  }) => ReactNode
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': note === undefined ? undefined : noteId,
      })}
      {note !== undefined && (
        <p
          id={noteId}
          className={classNames('text-xs', error === undefined ? 'text-faint' : 'text-bad')}
        >
          {note}
        </p>
      )}
    </div>
  )
}

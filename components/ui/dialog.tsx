'use client'
// A modal dialog with a heading. On a phone it takes the whole width at the bottom edge.

import X from 'lucide-react/icons/x'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
}

export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          // React lets events of a portal rise where it was opened: in a form, that form would be sent.
          onSubmit={(event) => event.stopPropagation()}
          className="fixed z-50 flex max-h-[92dvh] w-full flex-col rounded-lg border border-line-strong bg-surface shadow-float max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-b-none sm:top-[12vh] sm:left-1/2 sm:max-h-[80vh] sm:w-[560px] sm:-translate-x-1/2"
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="flex items-start gap-2 px-5 pt-4 pb-1">
            <Radix.Title className="flex-1 break-words font-semibold text-lg [overflow-wrap:anywhere]">
              {title}
            </Radix.Title>
            <Radix.Close asChild>
              <Button look="quiet" size="icon-small" aria-label="Close">
                <X aria-hidden />
              </Button>
            </Radix.Close>
          </div>
          {description !== undefined && (
            <Radix.Description className="px-5 text-soft">{description}</Radix.Description>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const fields = 'input:enabled, textarea:enabled, select:enabled'

/** To where one goes on, not to the button that closes; on a phone no keyboard comes unasked. */
function focusFirstField(event: Event): void {
  if (window.matchMedia('(pointer: coarse)').matches) return
  const field = (event.currentTarget as HTMLElement | null)?.querySelector<HTMLElement>(fields)
  if (field == null) return
  event.preventDefault()
  field.focus()
}

export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-4 overflow-y-auto px-5 py-4">{children}</div>
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex justify-end gap-2 border-t px-5 py-3">{children}</div>
}

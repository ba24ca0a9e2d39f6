'use client'
// The list of keys.

import { Key } from '../ui/badge.tsx'
import { Dialog, DialogBody } from '../ui/dialog.tsx'
import { shortcutList } from './shortcuts.ts'

interface ShortcutHelpProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

export function ShortcutHelp({ open, onOpenChange }: ShortcutHelpProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <DialogBody>
        <dl className="grid grid-cols-[8rem_1fr] items-center gap-y-1.5">
          {shortcutList.map(({ keys, does }) => (
            <div key={does} className="contents">
              <dt className="flex gap-1">
                {keys.map((key, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a key may be pressed twice (g g).
                  <Key key={place}>{key}</Key>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  )
}

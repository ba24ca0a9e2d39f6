'use client'
// Drop-down menus: items, choices of one, and check marks.

import Check from 'lucide-react/icons/check'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

const item =
  'relative flex h-8 items-center gap-2 rounded-[4px] pr-3 text-sm outline-none select-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 [&_svg]:size-3.5'

interface MenuProps {
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
  /** Open as soon as it is there. */
  openAtFirst?: boolean
}

export function Menu({ trigger, children, align = 'start', openAtFirst = false }: MenuProps) {
  return (
    <Radix.Root modal={false} defaultOpen={openAtFirst}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={mainPart()}>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Menus stand in the page's main part, where who goes from landmark to landmark finds them. */
function mainPart(): HTMLElement | null {
  return typeof document === 'undefined' ? null : document.querySelector('main')
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-faint text-xs">{children}</Radix.Label>
}

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />

interface MenuItemProps {
  children: ReactNode
  onSelect: () => void
  disabled?: boolean
}

export function MenuItem({ children, onSelect, disabled = false }: MenuItemProps) {
  return (
    <Radix.Item className={`${item} pl-2`} onSelect={onSelect} disabled={disabled}>
      {children}
    </Radix.Item>
  )
}

interface ChoiceProps<Value extends string> {
  value: Value
  onChange: (value: Value) => void
  choices: readonly { value: Value; label: string }[]
}

export function MenuChoice<Value extends string>({ value, onChange, choices }: ChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={`${item} pl-7`}>
          <Radix.ItemIndicator className="absolute left-2">
            <Check aria-hidden />
          </Radix.ItemIndicator>
          {choice.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

interface MenuCheckProps {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}

/** Stays open when clicked, so that several can be set in one go. */
export function MenuCheck({ checked, onChange, children }: MenuCheckProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      className={`${item} pl-7`}
    >
      <Radix.ItemIndicator className="absolute left-2">
        <Check aria-hidden />
      </Radix.ItemIndicator>
      {children}
    </Radix.CheckboxItem>
  )
}

interface MenuLinkProps {
  href: string
  children: ReactNode
  /** The browser saves what the address answers. */
  download?: boolean
  onSelect?: () => void
}

export function MenuLink({ href, children, download = false, onSelect }: MenuLinkProps) {
  return (
    <Radix.Item
      asChild
      className={`${item} pl-2`}
      {...(onSelect === undefined ? {} : { onSelect })}
    >
      <a href={href} {...(download ? { download: '' } : {})}>
        {children}
      </a>
    </Radix.Item>
  )
}

'use client'
// Buttons. One accent button at most stands in a view: the thing to do next.

import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        plain: 'border-line-strong bg-surface text-text not-disabled:hover:bg-hover',
        accent: 'border-transparent bg-accent text-accent-text not-disabled:hover:bg-accent-hover',
        danger: 'border-transparent bg-bad text-surface not-disabled:hover:bg-bad-hover',
        quiet:
          'border-transparent text-soft not-disabled:hover:bg-hover not-disabled:hover:text-text aria-pressed:bg-active aria-pressed:text-text',
      },
      size: {
        normal: 'h-8 px-2.5 text-sm',
        small: 'h-6 px-1.5 text-xs',
        icon: 'size-8',
        'icon-small': 'size-6',
      },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
)

type ButtonProps = ComponentProps<'button'> & VariantProps<typeof buttonStyle>

export function Button({ look, size, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={classNames(buttonStyle({ look, size }), className)} {...rest} />
  )
}

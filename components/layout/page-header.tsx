// A page's heading, with what can be done there.

import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: string
  /** Short facts beside the title. */
  facts?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, facts, actions }: PageHeaderProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-4 pb-2">
      <h1 className="min-w-0 font-semibold text-xl [overflow-wrap:anywhere]">{title}</h1>
      {facts !== undefined && (
        <div className="figures flex flex-wrap items-center gap-x-3 gap-y-1 text-soft">{facts}</div>
      )}
      {actions !== undefined && <div className="ml-auto flex gap-2">{actions}</div>}
    </div>
  )
}

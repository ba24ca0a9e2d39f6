'use client'
// Which table the page's row keys (j, k, Enter) drive when nothing in particular has the focus:
// the one that was mounted last.

import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react'

export interface RowKeys {
  move: (by: number) => void
  open: () => void
}

interface Registry {
  add: (keys: RowKeys) => () => void
  current: () => RowKeys | undefined
}

const RegistryContext = createContext<Registry | null>(null)

export function createRowKeysRegistry(): Registry {
  const tables: RowKeys[] = []
  return {
    add(keys) {
      tables.push(keys)
      return () => void tables.splice(tables.indexOf(keys), 1)
    },
    current: () => tables.at(-1),
  }
}

export function RowKeysProvider({
  registry,
  children,
}: {
  registry: Registry
  children: ReactNode
}) {
  return <RegistryContext value={registry}>{children}</RegistryContext>
}

export function useRowKeys(keys: RowKeys): void {
  const registry = useContext(RegistryContext)
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(
    () =>
      registry?.add({
        move: (by) => latest.current.move(by),
        open: () => latest.current.open(),
      }),
    [registry],
  )
}

'use client'
// The frame around every page of a cluster: rail, top line, live stream, keys, palette.

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { createRowKeysRegistry, RowKeysProvider } from '../data-table/table-keys.tsx'
import { LiveProvider, useWatch } from '../live/live.tsx'
import { places } from './nav.ts'
import { BottomBar, Rail } from './rail.tsx'
import { useShortcuts } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'

const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette))
const ShortcutHelp = dynamic(() =>
  import('./shortcut-help.tsx').then((module) => module.ShortcutHelp),
)

export function Shell({ cluster, children }: { cluster: string; children: ReactNode }) {
  const router = useRouter()
  const [registry] = useState(createRowKeysRegistry)
  const [opened, setOpened] = useState<'palette' | 'help' | null>(null)
  // Loaded when first asked for, and kept, so that closing is animated by nothing but its state.
  const [wanted, setWanted] = useState({ palette: false, help: false })

  function show(what: 'palette' | 'help') {
    setWanted((known) => ({ ...known, [what]: true }))
    setOpened(what)
  }
  useShortcuts({
    palette: () => (opened === 'palette' ? setOpened(null) : show('palette')),
    help: () => show('help'),
    go: (key) => {
      const place = places.find((each) => each.key === key)
      if (place !== undefined) router.push(place.href(cluster))
    },
    move: (by) => registry.current()?.move(by),
    open: () => registry.current()?.open(),
  })

  return (
    <LiveProvider key={cluster} cluster={cluster}>
      <RowKeysProvider registry={registry}>
        <KeepOverviewFresh />
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2"
        >
          Skip to the content
        </a>
        <div className="grid h-dvh grid-cols-[208px_minmax(0,1fr)] max-md:grid-cols-[minmax(0,1fr)]">
          <Rail cluster={cluster} />
          <div className="flex min-h-0 min-w-0 flex-col">
            <TopBar
              cluster={cluster}
              onPalette={() => show('palette')}
              onHelp={() => show('help')}
            />
            <main
              id="content"
              tabIndex={-1}
              className="flex min-h-0 flex-1 flex-col overflow-y-auto px-6 outline-none max-md:px-3"
            >
              {children}
            </main>
            <BottomBar cluster={cluster} />
          </div>
        </div>
        {wanted.palette && (
          <Palette
            cluster={cluster}
            open={opened === 'palette'}
            onOpenChange={(open) => setOpened(open ? 'palette' : null)}
            onHelp={() => show('help')}
          />
        )}
        {wanted.help && (
          <ShortcutHelp
            open={opened === 'help'}
            onOpenChange={(open) => setOpened(open ? 'help' : null)}
          />
        )}
      </RowKeysProvider>
    </LiveProvider>
  )
}

/** The rail shows the cluster's health on every page. */
function KeepOverviewFresh() {
  useWatch('overview')
  return null
}

'use client'
// The line at the top: where one is, the palette, how times are shown, the theme.

import Clock from 'lucide-react/icons/clock'
import Keyboard from 'lucide-react/icons/keyboard'
import Moon from 'lucide-react/icons/moon'
import Search from 'lucide-react/icons/search'
import Sun from 'lucide-react/icons/sun'
import SunMoon from 'lucide-react/icons/sun-moon'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTheme } from 'next-themes'
import { useSyncExternalStore } from 'react'
import type { TimeForm, TimeZoneChoice } from '../../lib/format/time.ts'
import { paths } from '../../lib/paths.ts'
import { Key } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuLabel, MenuSeparator } from '../ui/menu.tsx'
import { setTimeChoice, useTimeChoice } from '../ui/preferences.ts'
import { ClusterSwitcher } from './rail.tsx'

interface TopBarProps {
  cluster: string
  onPalette: () => void
  onHelp: () => void
}

export function TopBar({ cluster, onPalette, onHelp }: TopBarProps) {
  return (
    <header className="flex h-[53px] items-center gap-1 border-b px-4 max-md:px-2">
      <div className="min-w-0 md:hidden">
        <ClusterSwitcher cluster={cluster} />
      </div>
      <Breadcrumbs cluster={cluster} />
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <Button
          onClick={onPalette}
          aria-label="Search and jump"
          aria-keyshortcuts="Control+K Meta+K"
          className="font-normal text-soft lg:w-56 lg:justify-start max-lg:w-8 max-lg:px-0"
        >
          <Search aria-hidden />
          <span className="flex-1 text-left max-lg:hidden">Search and jump</span>
          <span className="max-lg:hidden" aria-hidden>
            <Key>Ctrl K</Key>
          </span>
        </Button>
        <TimeMenu />
        <ThemeMenu />
        <Button
          look="quiet"
          size="icon"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts ( ? )"
          onClick={onHelp}
          className="max-md:hidden"
        >
          <Keyboard aria-hidden />
        </Button>
      </div>
    </header>
  )
}

function Breadcrumbs({ cluster }: { cluster: string }) {
  const parts = usePathname().split('/').slice(3).map(decodeURIComponent)
  const [section, name] = parts
  const sectionName =
    section === undefined ? 'Overview' : section[0]?.toUpperCase() + section.slice(1)
  const href =
    section === undefined ? paths.cluster(cluster) : `${paths.cluster(cluster)}/${section}`
  return (
    <nav aria-label="Breadcrumbs" className="min-w-0 max-md:hidden">
      <ol className="flex min-w-0 items-center gap-1.5 text-soft">
        <li className="truncate">
          <Link
            href={paths.cluster(cluster)}
            prefetch={false}
            className="hover:text-text hover:underline"
          >
            {cluster}
          </Link>
        </li>
        <li className="flex items-center gap-1.5">
          <span aria-hidden className="text-faint">
            /
          </span>
          {name === undefined ? (
            <span aria-current="page" className="text-text">
              {sectionName}
            </span>
          ) : (
            <Link href={href} prefetch={false} className="hover:text-text hover:underline">
              {sectionName}
            </Link>
          )}
        </li>
        {name !== undefined && (
          <li className="flex min-w-0 items-center gap-1.5">
            <span aria-hidden className="text-faint">
              /
            </span>
            <span aria-current="page" className="truncate text-text">
              {name}
            </span>
          </li>
        )}
      </ol>
    </nav>
  )
}

const zones: readonly { value: TimeZoneChoice; label: string }[] = [
  { value: 'local', label: 'Local time' },
  { value: 'utc', label: 'UTC' },
]
const forms: readonly { value: TimeForm; label: string }[] = [
  { value: 'full', label: 'Date and time' },
  { value: 'clock', label: 'Time of day' },
  { value: 'relative', label: 'How long ago' },
  { value: 'epoch', label: 'Milliseconds since 1970' },
]

function TimeMenu() {
  const choice = useTimeChoice()
  const known = choice ?? { zone: 'local', form: 'full' }
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" aria-label="Time zone and format">
          <Clock aria-hidden />
          <span className="w-8 text-left max-md:hidden">
            {known.zone === 'utc' ? 'UTC' : 'Local'}
          </span>
        </Button>
      }
    >
      <MenuLabel>Time zone</MenuLabel>
      <MenuChoice
        value={known.zone}
        choices={zones}
        onChange={(zone) => setTimeChoice({ ...known, zone })}
      />
      <MenuSeparator />
      <MenuLabel>Format</MenuLabel>
      <MenuChoice
        value={known.form}
        choices={forms}
        onChange={(form) => setTimeChoice({ ...known, form })}
      />
    </Menu>
  )
}

const themes = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
const themeIcons = { system: SunMoon, light: Sun, dark: Moon }

function ThemeMenu() {
  const { theme, setTheme } = useTheme()
  const hydrated = useSyncExternalStore(
    noChanges,
    () => true,
    () => false,
  )
  const known =
    (hydrated ? themes.find((each) => each.value === theme)?.value : undefined) ?? 'system'
  const Icon = themeIcons[known]
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon" aria-label="Theme">
          <Icon aria-hidden />
        </Button>
      }
    >
      <MenuLabel>Theme</MenuLabel>
      <MenuChoice value={known} choices={themes} onChange={setTheme} />
    </Menu>
  )
}

const noChanges = () => () => {}

'use client'
// The command palette: places, topics, groups, subjects, brokers, clusters and actions by name. Filtering
// is done here rather than by cmdk, since ten thousand topics would all be drawn.

import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { Dialog } from 'radix-ui'
import { useMemo, useState } from 'react'
import { brokersQuery, clustersQuery } from '../../lib/api/clusters.ts'
import { groupsQuery } from '../../lib/api/groups.ts'
import { subjectsQuery } from '../../lib/api/schemas.ts'
import { topicsQuery } from '../../lib/api/topics.ts'
import { paths } from '../../lib/paths.ts'
import { searchAddress } from '../messages/messages-url.ts'
import { places } from './nav.ts'
import { type PaletteEntry, searchEntries } from './palette-search.ts'

interface PaletteProps {
  cluster: string
  open: boolean
  onOpenChange: (open: boolean) => void
  onHelp: () => void
}

export function Palette({ cluster, open, onOpenChange, onHelp }: PaletteProps) {
  const router = useRouter()
  const { setTheme } = useTheme()
  const [text, setText] = useState('')
  const clusters = useQuery({ ...clustersQuery(), enabled: open }).data?.clusters
  const topics = useQuery({ ...topicsQuery(cluster), enabled: open }).data?.topics
  const groups = useQuery({ ...groupsQuery(cluster), enabled: open }).data?.groups
  const subjects = useQuery({ ...subjectsQuery(cluster), enabled: open }).data?.subjects
  const brokers = useQuery({ ...brokersQuery(cluster), enabled: open }).data?.brokers

  const entries = useMemo((): PaletteEntry[] => {
    const go = (href: string) => () => router.push(href)
    return [
      ...places.map((place) => ({
        group: 'Go to',
        name: place.name,
        run: go(place.href(cluster)),
      })),
      { group: 'Actions', name: 'Search several topics', run: go(paths.search(cluster)) },
      { group: 'Actions', name: 'Create a topic', run: go(`${paths.topics(cluster)}?create=true`) },
      {
        group: 'Actions',
        name: 'Register a schema',
        run: go(`${paths.schemas(cluster)}?create=true`),
      },
      { group: 'Actions', name: 'Dark theme', run: () => setTheme('dark') },
      { group: 'Actions', name: 'Light theme', run: () => setTheme('light') },
      { group: 'Actions', name: 'Theme like the system', run: () => setTheme('system') },
      { group: 'Actions', name: 'Keyboard shortcuts', run: onHelp },
      ...(topics ?? []).map(({ name }) => ({
        group: 'Topics',
        name,
        run: go(paths.topic(cluster, name)),
      })),
      ...(groups ?? []).map(({ name }) => ({
        group: 'Groups',
        name,
        run: go(paths.group(cluster, name)),
      })),
      ...(subjects ?? []).map(({ name }) => ({
        group: 'Schemas',
        name,
        run: go(paths.subject(cluster, name)),
      })),
      ...(brokers ?? []).map((broker) => ({
        group: 'Brokers',
        name: `Broker ${broker.id} (${broker.host}:${broker.port})`,
        run: go(paths.broker(cluster, broker.id)),
      })),
      ...(clusters ?? [])
        .filter((each) => each.id !== cluster)
        .map((each) => ({
          group: 'Clusters',
          name: each.name,
          run: go(paths.cluster(each.id)),
        })),
    ]
  }, [router, setTheme, onHelp, cluster, clusters, topics, groups, subjects, brokers])
  const found = useMemo(() => {
    const named = searchEntries(entries, text)
    if (text.trim() === '') return named
    const name = `Search every topic for “${text.trim()}”`
    const match = JSON.stringify(text.trim())
    const run = () => router.push(searchAddress(cluster, { topics: '*', match }))
    return [...named, { group: 'Messages', entries: [{ group: 'Messages', name, run }], more: 0 }]
  }, [entries, text, router, cluster])

  function close(next: boolean) {
    onOpenChange(next)
    if (!next) setText('')
  }

  return (
    <Dialog.Root open={open} onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[min(600px,94vw)] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">Search and jump</Dialog.Title>
          <Command shouldFilter={false} label="Search and jump" loop>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A topic, group, schema, broker, cluster or action"
              className="h-12 w-full border-b bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1">
              <Command.Empty className="px-3 py-4 text-soft">
                Nothing is named like “{text}”
              </Command.Empty>
              {found.map(({ group, entries: listed, more }) => (
                <Command.Group
                  key={group}
                  heading={more > 0 ? `${group} (${more} more)` : group}
                  className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
                >
                  {listed.map((entry) => (
                    <Command.Item
                      key={entry.name}
                      value={`${group} ${entry.name}`}
                      onSelect={() => {
                        close(false)
                        entry.run()
                      }}
                      className="flex h-8 items-center rounded-[4px] px-3 data-[selected=true]:bg-hover"
                    >
                      <span className="truncate">{entry.name}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

'use client'
// The left rail: which cluster, and its places. On narrow windows the places move to a bar at
// the bottom edge, within reach of a thumb.

import { useQuery } from '@tanstack/react-query'
import ChevronsUpDown from 'lucide-react/icons/chevrons-up-down'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { clustersQuery, overviewQuery } from '../../lib/api/clusters.ts'
import type { ClusterSummary } from '../../lib/contracts/clusters.ts'
import { paths } from '../../lib/paths.ts'
import { useLiveStatus } from '../live/live.tsx'
import { ToneMark } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx'
import { ClusterColour, clusterStatusText, clusterTone } from './cluster-mark.tsx'
import { isCurrent, places } from './nav.ts'

export function Rail({ cluster }: { cluster: string }) {
  return (
    <aside
      aria-label="Clusters and places"
      className="flex flex-col gap-4 border-r bg-sunk px-2 py-2 max-md:hidden"
    >
      <ClusterSwitcher cluster={cluster} />
      <Places cluster={cluster} label="Cluster" />
      <Version />
    </aside>
  )
}

export function BottomBar({ cluster }: { cluster: string }) {
  return (
    <div className="border-t bg-sunk px-1 pb-[env(safe-area-inset-bottom)] md:hidden">
      <Places cluster={cluster} label="Cluster" bar />
    </div>
  )
}

const noRegistry = 'No schema registry is configured for this cluster'

function Places({
  cluster,
  label,
  bar = false,
}: {
  cluster: string
  label: string
  bar?: boolean
}) {
  const pathname = usePathname()
  const { hasRegistry } = useCurrentCluster(cluster)
  return (
    <nav aria-label={label}>
      <ul className={bar ? 'grid grid-cols-6' : 'flex flex-col gap-0.5'}>
        {places.map(({ name, Icon, href }) => {
          const address = href(cluster)
          const current = isCurrent(pathname, address, name === 'Overview')
          const look = classNames(
            'flex items-center rounded-md text-soft',
            bar ? 'h-12 flex-col justify-center gap-0.5 text-xs' : 'h-8 gap-2.5 px-2',
          )
          if (name === 'Schemas' && hasRegistry === false) {
            return (
              <li key={name} title={noRegistry} className={classNames(look, 'opacity-50')}>
                <Icon aria-hidden className="size-4" />
                {name}
                <span className="sr-only">: {noRegistry}</span>
              </li>
            )
          }
          return (
            <li key={name}>
              <Link
                href={address}
                prefetch={false}
                aria-current={current ? 'page' : undefined}
                className={classNames(
                  look,
                  'hover:bg-hover hover:text-text',
                  current && 'bg-active font-medium text-text',
                )}
              >
                <Icon aria-hidden className={classNames('size-4', current && 'text-accent')} />
                {name}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

export function ClusterSwitcher({ cluster }: { cluster: string }) {
  const router = useRouter()
  const clusters = useQuery(clustersQuery()).data?.clusters ?? []
  const known = useCurrentCluster(cluster)
  // Without the stream nobody knows how the cluster is now.
  const current = {
    ...known,
    ...(useLiveStatus().state === 'lost' && { status: 'unknown' as const }),
  }
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Cluster ${current.name}, ${clusterStatusText[current.status]}. Switch cluster`}
          className="flex h-9 min-w-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-left hover:bg-hover"
        >
          <ClusterColour id={cluster} />
          <span className="min-w-0 flex-1 truncate font-medium">{current.name}</span>
          <ToneMark tone={clusterTone[current.status]} />
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </button>
      }
    >
      <MenuLabel>Clusters</MenuLabel>
      {clusters.map((each) => (
        <MenuItem key={each.id} onSelect={() => router.push(paths.cluster(each.id))}>
          <ClusterColour id={each.id} />
          <span className="min-w-0 flex-1">
            {each.name}
            {each.embedded && <span className="ml-2 text-faint text-xs">built in</span>}
          </span>
          <ToneMark tone={clusterTone[each.status]} />
          <span className="text-soft text-xs">{clusterStatusText[each.status]}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}

/** The overview that the stream pushes knows the state now; the list knows it before. */
export function useCurrentCluster(
  cluster: string,
): Pick<ClusterSummary, 'name' | 'status'> & Partial<ClusterSummary> {
  const listed = useQuery(clustersQuery()).data?.clusters.find((each) => each.id === cluster)
  const pushed = useQuery({ ...overviewQuery(cluster), enabled: false }).data?.cluster
  return pushed ?? listed ?? { name: cluster, status: 'unknown' }
}

function Version() {
  const version = useQuery(clustersQuery()).data?.version
  return (
    <p className="mt-auto px-2 text-faint text-xs">
      Riverglass{version !== undefined && ` ${version}`}
    </p>
  )
}

import { HydrationBoundary } from '@tanstack/react-query'
import { GroupsView } from '../../../../components/groups/groups-view.tsx'
import { groupsQuery } from '../../../../lib/api/groups.ts'
import { firstData } from '../../../first-data.ts'

interface Props {
  params: Promise<{ cluster: string }>
}

export async function generateMetadata({ params }: Props) {
  return { title: `Groups · ${decodeURIComponent((await params).cluster)}` }
}

export default async function GroupsPage({ params }: Props) {
  const cluster = decodeURIComponent((await params).cluster)
  return (
    <HydrationBoundary state={await firstData([groupsQuery(cluster)])}>
      <GroupsView cluster={cluster} />
    </HydrationBoundary>
  )
}
